using System.Diagnostics;

namespace KsmTools.Tests.Support;

/// <summary>trace-cmd and perf, which mount tracefs or debugfs where they are not, whatever they are asked for, and leave them mounted.</summary>
internal static class PeerProgram
{
    // Mounting is for those who may have a mount namespace of their own (CAP_SYS_ADMIN), too.
    private static readonly Lazy<bool> MayMount = new(() =>
    {
        using var process = Process.Start(new ProcessStartInfo("unshare", ["--mount", "true"]) { RedirectStandardError = true })!;
        process.WaitForExit();
        return process.ExitCode == 0;
    });

    /// <summary>How to run it so that what it mounts goes with it.</summary>
    /// <param name="program">The program.</param>
    /// <param name="arguments">Its arguments.</param>
    public static ProcessStartInfo Command(string program, params string[] arguments)
    {
        ProcessStartInfo start = MayMount.Value ? new("unshare", ["--mount", program, .. arguments]) : new(program, arguments);
        start.RedirectStandardOutput = true;
        start.RedirectStandardError = true;
        return start;
    }
}
