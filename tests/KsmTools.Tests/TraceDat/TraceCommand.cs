using System.Diagnostics;

namespace KsmTools.Tests.TraceDat;

/// <summary>Runs trace-cmd, where it is installed.</summary>
internal static class TraceCommand
{
    /// <summary>What <c>trace-cmd report</c> prints for a file.</summary>
    public static string Report(string path)
    {
        var start = new ProcessStartInfo("trace-cmd") { RedirectStandardOutput = true, RedirectStandardError = true };
        start.ArgumentList.Add("report");
        start.ArgumentList.Add("-i");
        start.ArgumentList.Add(path);
        using Process process = Process.Start(start)!;
        Task<string> errors = process.StandardError.ReadToEndAsync();
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        Assert.True(process.ExitCode == 0, errors.Result);
        return output;
    }
}
