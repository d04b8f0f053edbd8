using System.Diagnostics;

namespace KsmTools.Tests.Support;

/// <summary>The real pwsh, which <c>.config/dotnet-tools.json</c> pins; it is restored when a test first asks for it.</summary>
internal static class Pwsh
{
    private static readonly Lazy<string> Restored = new(Restore);

    /// <summary>Its <c>$PSHOME</c>.</summary>
    public static string Home => Restored.Value;

    /// <summary>How to start it as one process: the tool's own launcher starts a second one, which a signal to the first does not reach.</summary>
    public static ProcessStartInfo Command(params string[] arguments) => Dotnet(["exec", Path.Combine(Home, "pwsh.dll"), .. arguments]);

    private static string Restore()
    {
        Run("tool", "restore");
        return Run("pwsh", "-NoProfile", "-NonInteractive", "-Command", "$PSHOME").Trim();
    }

    private static string Run(params string[] arguments)
    {
        ShellResult run = Ksmsh.Finish(Ksmsh.Start(Dotnet(arguments)));
        Assert.True(run.ExitCode == 0, $"dotnet {string.Join(' ', arguments)}: {run.Output}{run.Errors}");
        return run.Output;
    }

    private static ProcessStartInfo Dotnet(params string[] arguments) => new("dotnet", arguments)
    {
        WorkingDirectory = Checkout.Root,
        Environment = { ["POWERSHELL_TELEMETRY_OPTOUT"] = "1", ["POWERSHELL_UPDATECHECK"] = "Off", ["NO_COLOR"] = "1" },
    };
}
