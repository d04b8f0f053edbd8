using System.Diagnostics;
using KsmTools.Interop;

namespace KsmTools.Tests.Support;

/// <summary>ksmsh in a process of its own, with the module on demand: what a user types and reads.</summary>
internal static class RealShell
{
    private const string NobodyId = "65534";

    /// <summary>What a script prints to standard output; anything but success fails the test.</summary>
    public static string Run(string script)
    {
        ShellResult result = Execute([], script);
        Assert.True(result.ExitCode == 0, result.Errors);
        return result.Output;
    }

    /// <summary>Runs a script as somebody who is not root, whoever runs the tests.</summary>
    public static ShellResult RunAsOrdinaryUser(string script)
    {
        if (!CurrentUser.IsRoot)
        {
            return Execute([], script);
        }

        Assert.SkipUnless(File.Exists("/usr/bin/setpriv"), "needs setpriv of util-linux to become an ordinary user");
        string[] become = ["/usr/bin/setpriv", "--reuid", NobodyId, "--regid", NobodyId, "--clear-groups"];
        Assert.SkipUnless(Execute(become, "1").ExitCode == 0, "an ordinary user cannot read this checkout");
        return Execute(become, script);
    }

    /// <summary>Starts a script and returns while it runs; what it prints is not read.</summary>
    public static Process Start(string script) => Start([], script, Path.GetTempPath());

    private static ShellResult Execute(string[] before, string script)
    {
        using var home = new TemporaryFolder();
        File.SetUnixFileMode(home.Path, (UnixFileMode)0x1FF);
        using Process process = Start(before, script, home.Path);
        Task<string> errors = process.StandardError.ReadToEndAsync();
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return new ShellResult(process.ExitCode, output, errors.GetAwaiter().GetResult());
    }

    private static Process Start(string[] before, string script, string home)
    {
        string[] command =
        [
            .. before, Environment.ProcessPath is { } host && Path.GetFileName(host) == "dotnet" ? host : "dotnet",
            Path.Combine(AppContext.BaseDirectory, "ksmsh.dll"), "-NoProfile", "-NonInteractive", "-Command", script,
        ];
        var start = new ProcessStartInfo(command[0], command[1..]) { RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment["HOME"] = home;
        start.Environment["NO_COLOR"] = "1";
        return Process.Start(start)!;
    }
}

/// <summary>What a shell left.</summary>
internal sealed record ShellResult(int ExitCode, string Output, string Errors);
