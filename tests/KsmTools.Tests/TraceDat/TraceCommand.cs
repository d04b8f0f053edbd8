using System.Diagnostics;
using KsmTools.Interop;

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
        string[] before = Mounted();
        try
        {
            return RunIt(isQuiet, arguments);
        }
        finally
        {
            // Where tracefs is not mounted, trace-cmd mounts it or debugfs, whatever it is asked for, and leaves it.
            foreach (string folder in Mounted().Except(before))
            {
                _ = MountCalls.TryUnmount(folder);
            }
        }
    }

    // What is mounted last, and so must go first, comes first.
    private static string[] Mounted() =>
        [.. File.ReadLines("/proc/mounts").Select(line => line.Split(' ')[1]).Where(folder => folder.StartsWith("/sys/kernel/", StringComparison.Ordinal)).Reverse()];

    private static string RunIt(bool isQuiet, string[] arguments)
    {
        var start = new ProcessStartInfo("trace-cmd", arguments) { RedirectStandardOutput = true, RedirectStandardError = true };
        using Process process = Process.Start(start)!;
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
