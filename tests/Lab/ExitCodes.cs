namespace KsmTools.Lab;

/// <summary>The lab's own exit codes; any other one is the command's.</summary>
internal static class ExitCodes
{
    /// <summary>The command line is wrong (<c>EX_USAGE</c> of sysexits.h).</summary>
    public const int BadCommandLine = 64;

    /// <summary>A tool or package is missing: a skip, as automake's tests say it.</summary>
    public const int Unavailable = 77;

    /// <summary>Time was up, as timeout(1) says it.</summary>
    public const int TimeOut = 124;

    /// <summary>The kernel failed.</summary>
    public const int Failed = 125;

    /// <summary>Ended by a signal such as Ctrl-C, as shells say it.</summary>
    public const int Interrupted = 130;
}
