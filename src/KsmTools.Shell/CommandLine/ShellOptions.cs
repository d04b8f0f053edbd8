using System.Management.Automation.Runspaces;

namespace KsmTools.Shell.CommandLine;

/// <summary>What the command line asked for.</summary>
internal sealed class ShellOptions
{
    /// <summary>The text of <c>-Command</c>.</summary>
    public string? Command { get; set; }

    /// <summary>The full path of <c>-File</c>.</summary>
    public string? File { get; set; }

    /// <summary>What follows the script or <c>-CommandWithArgs</c>, bound by the engine.</summary>
    public List<CommandParameter> Arguments { get; } = [];

    /// <summary>Commands come from standard input, line by line (<c>-Command -</c>, <c>-File -</c>).</summary>
    public bool ReadStandardInput { get; set; }

    public bool NoExit { get; set; }

    public bool NoLogo { get; set; }

    public bool NonInteractive { get; set; }

    public string? WorkingDirectory { get; set; }

    public bool ShowVersion { get; set; }

    public bool ShowHelp { get; set; }

    /// <summary>What is wrong with the command line, or null.</summary>
    public string? Error { get; private set; }

    /// <summary>Show how to call the shell after <see cref="Error"/>.</summary>
    public bool ShowUsage { get; private set; }

    public ShellOptions Fail(string error, bool showUsage = true)
    {
        Error = error;
        ShowUsage = showUsage;
        return this;
    }
}
