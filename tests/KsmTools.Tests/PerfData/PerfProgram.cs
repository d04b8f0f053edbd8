using System.Diagnostics;
using KsmTools.Tests.Support;

namespace KsmTools.Tests.PerfData;

/// <summary>Runs perf, where it is installed and works.</summary>
internal static class PerfProgram
{
    /// <summary>Skips the test where there is no perf, or one that is not for this kernel or may not be used.</summary>
    public static void Needs()
    {
        Assert.SkipUnless(
            Environment.GetEnvironmentVariable("PATH")!.Split(':').Any(folder => File.Exists(Path.Combine(folder, "perf"))), "needs perf on PATH");
        (int code, _, string errors) = Run(null, "--version");
        Assert.SkipUnless(code == 0, "needs a perf that runs: " + errors);
    }

    /// <summary>What <c>perf script</c> prints for a file.</summary>
    public static string Script(string path)
    {
        (int code, string output, string errors) = Run(null, "script", "--ns", "-F", "comm,tid,cpu,time,event,trace", "-i", path);
        Assert.True(code == 0, errors);
        return output;
    }

    /// <summary>Runs perf; its standard output goes to a file if one is named.</summary>
    public static (int Code, string Output, string Errors) Run(string? outputFile, params string[] arguments)
    {
        using Process process = Process.Start(PeerProgram.Command("perf", arguments))!;
        Task<string> errors = process.StandardError.ReadToEndAsync();
        string output = string.Empty;
        if (outputFile is null)
        {
            output = process.StandardOutput.ReadToEnd();
        }
        else
        {
            using FileStream file = File.Create(outputFile);
            process.StandardOutput.BaseStream.CopyTo(file);
        }

        process.WaitForExit();
        return (process.ExitCode, output, errors.Result);
    }
}
