using KsmTools.Errors;
using KsmTools.Files;
using KsmTools.Interop;
using KsmTools.Ksm;
using KsmTools.Tests.Support;

namespace KsmTools.Tests.Files;

/// <summary>A captured tree that is made to lead root out of it.</summary>
public sealed class CapturedTreeTests : IDisposable
{
    private const string Sleep = "/sys/kernel/mm/ksm/sleep_millisecs";

    private readonly TemporaryFolder _outside = new();
    private readonly TemporaryFolder _folder = new();
    private readonly KernelTree _kernel;

    public CapturedTreeTests()
    {
        _kernel = new KernelTree(_folder.Path);
        _ = _folder.Write(KsmFiles.Run, "0\n");
    }

    [Theory]
    [InlineData("{0}")]
    [InlineData("../../../../../../../../../../../../../../..{0}")]
    [InlineData("/proc/self/root{0}")]
    public void A_link_leads_nowhere_but_into_the_tree(string link)
    {
        string host = _outside.Write("host", "20");
        File.CreateSymbolicLink(_kernel.Locate(Sleep), string.Format(null, link, host));
        Assert.Equal(Errno.ENOENT, _kernel.TryReadText(Sleep, out _));
        Assert.Equal(Errno.ENOENT, _kernel.TryWrite(Sleep, "7"));
        Assert.Equal(Errno.ENOENT, _kernel.TryTruncate(Sleep));
        Assert.False(_kernel.Exists(Sleep));
        Assert.False(_kernel.IsWritable(Sleep));
        Assert.Equal("20", File.ReadAllText(host));
    }

    [Fact]
    public void A_folder_that_is_a_link_leads_nowhere_else_either()
    {
        _ = _outside.Write("ksm/sleep_millisecs", "20");
        _ = _outside.Write("4711/comm", "host");
        Directory.CreateSymbolicLink(_kernel.Locate("/proc"), _outside.Path);
        Directory.CreateSymbolicLink(_kernel.Locate("/sys/kernel/other"), _outside.Path);
        Assert.Empty(_kernel.Folders("/proc"));
        Assert.Null(_kernel.ReadText("/sys/kernel/other/ksm/sleep_millisecs"));
        Assert.Equal(ErrorReason.KernelIoError, Assert.Throws<KsmToolsException>(() => new KsmProcessReader(_kernel).ListIds()).Reason);
    }

    [Fact]
    public void A_link_within_the_tree_is_followed_as_if_the_tree_were_all()
    {
        _ = _folder.Write("/elsewhere/sleep", "33\n");
        File.CreateSymbolicLink(_kernel.Locate(Sleep), "/elsewhere/sleep");
        Assert.Equal(33, _kernel.ReadInt64(Sleep));
        Assert.Equal(Errno.None, _kernel.TryWrite(Sleep, "7"));
        Assert.Equal("7", File.ReadAllText(_kernel.Locate("/elsewhere/sleep")));
    }

    [Fact]
    public void A_file_that_has_another_name_elsewhere_is_not_written()
    {
        Needs.Program("ln");
        string host = _outside.Write("host", "20");
        using (var link = System.Diagnostics.Process.Start("ln", [host, _kernel.Locate(Sleep)]))
        {
            link.WaitForExit();
        }

        Assert.Equal(Errno.EMLINK, _kernel.TryWrite(Sleep, "7"));
        Assert.Equal(Errno.EMLINK, _kernel.TryTruncate(Sleep));
        Assert.Equal("20", File.ReadAllText(host));
    }

    [Fact]
    public void A_pipe_keeps_nobody_waiting()
    {
        using (var pipe = System.Diagnostics.Process.Start("mkfifo", [_kernel.Locate(Sleep)]))
        {
            pipe.WaitForExit();
        }

        Assert.Equal(Errno.EINVAL, _kernel.TryReadText(Sleep, out _));
        Assert.NotEqual(Errno.None, _kernel.TryWrite(Sleep, "7"));
    }

    [Fact]
    public void A_file_without_an_end_is_not_read_whole()
    {
        using (FileStream large = File.Create(_kernel.Locate(Sleep)))
        {
            large.SetLength(1L << 40);
        }

        Assert.Equal(Errno.EFBIG, _kernel.TryReadText(Sleep, out _));
        _ = _folder.Write("/run/ksmtools/journal", string.Empty);
        using (FileStream large = File.OpenWrite(_kernel.Locate("/run/ksmtools/journal")))
        {
            large.SetLength(1L << 40);
        }

        Assert.True(new StateFile(_kernel, "journal").Read()!.IsDamaged);
    }

    [Fact]
    public void Its_state_is_kept_within_it()
    {
        Directory.CreateSymbolicLink(_kernel.Locate("/run"), _outside.Path);
        Assert.ThrowsAny<KsmToolsException>(() => CommandLock.Take(_kernel, CommandLock.Settings, "test"));
        Assert.Empty(Directory.GetFileSystemEntries(_outside.Path));
    }

    public void Dispose()
    {
        _folder.Dispose();
        _outside.Dispose();
    }
}
