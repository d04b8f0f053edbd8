namespace KsmTools.Shell.CommandLine;

/// <summary>What the process ends with, as pwsh ends.</summary>
internal static class ExitCodes
{
    public const int Success = 0;

    /// <summary>A terminating error, or a last statement that failed.</summary>
    public const int Failure = 1;

    /// <summary>A command line that was not understood.</summary>
    public const int BadCommandLine = 64;

    /// <summary>The runspace could not be opened.</summary>
    public const int InitializationFailed = 70;

    /// <summary>Ended by Ctrl-C: 128 + SIGINT, as shells say.</summary>
    public const int Interrupted = 130;
}
