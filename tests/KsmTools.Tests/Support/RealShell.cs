using System.Diagnostics;

namespace KsmTools.Tests.Support;

/// <summary>A real pwsh with the module imported, for what the in-process host does not have: formatting and the other standard modules.</summary>
internal static class RealShell
{
    /// <summary>What a script prints, without colours. The test is skipped where there is no pwsh.</summary>
    public static string Run(string script)
    {
        string[] folders = (Environment.GetEnvironmentVariable("PATH") ?? string.Empty).Split(':');
        string? program = folders.Select(folder => Path.Combine(folder, "pwsh")).FirstOrDefault(File.Exists);
        Assert.SkipUnless(program is not null, "needs pwsh in PATH");
        var start = new ProcessStartInfo(program!) { RedirectStandardOutput = true };
        string prologue = $"$PSStyle.OutputRendering = 'PlainText'; $ErrorActionPreference = 'Stop'; Import-Module '{Checkout.Manifest}'; ";
        foreach (string argument in (string[])["-NoProfile", "-NonInteractive", "-Command", prologue + script])
        {
            start.ArgumentList.Add(argument);
        }

        using Process process = Process.Start(start)!;
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        Assert.Equal(0, process.ExitCode);
        return output;
    }
}
