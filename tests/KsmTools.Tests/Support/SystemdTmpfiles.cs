using System.Diagnostics;

namespace KsmTools.Tests.Support;

/// <summary>Runs systemd-tmpfiles, where it is installed.</summary>
internal static class SystemdTmpfiles
{
    /// <summary>Does what a boot does with one file of <c>tmpfiles.d</c>; any complaint fails the test.</summary>
    /// <param name="file">The file.</param>
    /// <param name="root">The folder that stands for <c>/</c>.</param>
    public static void Create(string file, string root)
    {
        Needs.Program("systemd-tmpfiles");
        var start = new ProcessStartInfo("systemd-tmpfiles", ["--create", "--root=" + root, file]) { RedirectStandardError = true };
        using Process process = Process.Start(start)!;
        string complaints = process.StandardError.ReadToEnd();
        process.WaitForExit();
        Assert.Equal((0, string.Empty), (process.ExitCode, complaints));
    }
}
