using System.Diagnostics;
using KsmTools.Interop;

namespace KsmTools.Tests.Support;

/// <summary>Scripts in ksmsh, by root and by others.</summary>
internal static class RealShell
{
    private const string NobodyId = "65534";

    private static readonly string[] BecomeNobody = ["/usr/bin/setpriv", "--reuid", NobodyId, "--regid", NobodyId, "--clear-groups"];

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

        NeedsOrdinaryUser();
        return Execute(BecomeNobody, script);
    }

    /// <summary>Runs a script where tracefs is only where debugfs mounts it; nothing of that is seen outside. Needs root.</summary>
    /// <param name="script">The script.</param>
    /// <param name="asOrdinaryUser">Whether somebody who is not root runs it.</param>
    public static ShellResult RunBelowDebugFs(string script, bool asOrdinaryUser = false)
    {
        const string Mount = "umount -qR /sys/kernel/tracing /sys/kernel/debug; mount -t debugfs debugfs /sys/kernel/debug || exit 99; exec \"$@\"";
        if (asOrdinaryUser)
        {
            NeedsOrdinaryUser();
        }

        string[] before = ["unshare", "--mount", "sh", "-c", Mount, "sh"];
        ShellResult result = Execute(asOrdinaryUser ? [.. before, .. BecomeNobody] : before, script);
        Assert.SkipWhen(result.ExitCode == 99, "needs a kernel with debugfs, and the right to mount it");
        return result;
    }

    /// <summary>Runs a script as somebody who is not root, where <c>/proc</c> is mounted with other options; nothing of that is seen outside. Needs root.</summary>
    /// <param name="options">The options of mount(8).</param>
    /// <param name="script">The script.</param>
    public static ShellResult RunWithProc(string options, string script)
    {
        Needs.Root();
        NeedsOrdinaryUser();
        ShellResult result = Execute(["unshare", "--mount", "sh", "-c", $"mount -t proc -o {options} proc /proc || exit 99; exec \"$@\"", "sh", .. BecomeNobody], script);
        Assert.SkipWhen(result.ExitCode == 99, "needs the right to mount /proc");
        return result;
    }

    /// <summary>Starts a script and returns while it runs; what it prints is not read.</summary>
    public static Process Start(string script) => Ksmsh.Start("-NoProfile", "-NonInteractive", "-Command", script);

    /// <summary>Skips a test where nobody can become an ordinary user.</summary>
    public static void NeedsOrdinaryUser()
    {
        Assert.SkipUnless(File.Exists("/usr/bin/setpriv"), "needs setpriv of util-linux to become an ordinary user");
        Assert.SkipUnless(Execute(BecomeNobody, "1").ExitCode == 0, "an ordinary user cannot read this checkout");
    }

    private static ShellResult Execute(string[] before, string script) => Ksmsh.RunAfter(before, "-NoProfile", "-NonInteractive", "-Command", script);
}
