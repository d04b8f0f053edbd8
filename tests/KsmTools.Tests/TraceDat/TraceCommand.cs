using System.Diagnostics;
using KsmTools.Tests.Support;

namespace KsmTools.Tests.TraceDat;

/// <summary>Runs trace-cmd, where it is installed.</summary>
internal static class TraceCommand
{
    /// <summary>What <c>trace-cmd report</c> prints for a file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="isQuiet">Whether a word on standard error fails the test.</param>
    /// <param name="options">More options.</param>
    public static string Report(string path, bool isQuiet = false, params string[] options) => Run(isQuiet, ["report", "-i", path, .. options]);

    /// <summary>What trace-cmd prints.</summary>
    /// <param name="isQuiet">Whether a word on standard error fails the test.</param>
    /// <param name="arguments">Its arguments.</param>
    public static string Run(bool isQuiet, params string[] arguments)
    {
        using Process process = Process.Start(PeerProgram.Command("trace-cmd", arguments))!;
        Task<string> errors = process.StandardError.ReadToEndAsync();
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        Assert.True(process.ExitCode == 0, errors.Result);
        if (isQuiet)
        {
            Assert.Equal(string.Empty, errors.Result);
        }

        return output;
    }
}
