using System.Diagnostics;

namespace KsmTools.Benchmarks;

/// <summary>The shells of a checkout that is built.</summary>
internal static class Shells
{
    /// <summary>The real pwsh that <c>.config/dotnet-tools.json</c> pins, by its own path: the tool's launcher starts a second process. Null where it cannot be had.</summary>
    public static string? Pwsh(string manifest) =>
        Dotnet(manifest, "tool", "restore") is not null && Dotnet(manifest, "pwsh", "-NoProfile", "-Command", "$PSHOME") is { } home ? Path.Combine(home, "pwsh") : null;

    /// <summary>The ksmsh of this build, or null.</summary>
    public static string? Ksmsh(string manifest) =>
        Path.Combine(Path.GetDirectoryName(manifest)!, "src", "KsmTools.Shell", "bin", "Release", "net10.0", "ksmsh") is var path && File.Exists(path) ? path : null;

    private static string? Dotnet(string manifest, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo("dotnet", arguments)
        {
            WorkingDirectory = Path.GetDirectoryName(manifest),
            RedirectStandardOutput = true,
            Environment = { ["POWERSHELL_TELEMETRY_OPTOUT"] = "1", ["POWERSHELL_UPDATECHECK"] = "Off" },
        })!;
        string output = process.StandardOutput.ReadToEnd().Trim();
        process.WaitForExit();
        return process.ExitCode == 0 ? output : null;
    }
}
