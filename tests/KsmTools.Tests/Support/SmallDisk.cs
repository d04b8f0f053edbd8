using System.Diagnostics;

namespace KsmTools.Tests.Support;

/// <summary>A file system of a size, in memory. Needs root.</summary>
internal sealed class SmallDisk : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    /// <param name="size">As mount(8) has it: <c>8m</c>.</param>
    public SmallDisk(string size)
    {
        using Process mount = Process.Start("mount", ["-t", "tmpfs", "-o", $"size={size}", "tmpfs", Path]);
        mount.WaitForExit();
        Assert.SkipUnless(mount.ExitCode == 0, "needs a tmpfs that it may mount");
    }

    public string Path => _folder.Path;

    /// <summary>Bytes that are free.</summary>
    public long Free => new DriveInfo(Path).AvailableFreeSpace;

    public void Dispose()
    {
        using Process unmount = Process.Start("umount", [Path]);
        unmount.WaitForExit();
        Assert.Equal(0, unmount.ExitCode);
        _folder.Dispose();
    }
}
