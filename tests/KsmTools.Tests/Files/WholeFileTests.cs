using KsmTools.Files;
using KsmTools.Tests.Support;

namespace KsmTools.Tests.Files;

public sealed class WholeFileTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void What_is_written_is_on_the_disk_once_it_has_its_name(bool replaces)
    {
        byte[] contents = new byte[1 << 20];
        string other = _folder.Write("other", string.Empty);

        // The kernel may write at any moment, but not at each.
        bool isSeen = false;
        for (int tries = 0; tries < 20 && !isSeen; tries++)
        {
            File.WriteAllBytes(other, contents);
            isSeen = NativeCalls.DirtyPages(other) > 0;
        }

        Assert.SkipUnless(isSeen, "needs cachestat(2) of Linux 6.5, and a temporary folder on a disk");

        string path = Path.Combine(_folder.Path, "file");
        if (replaces)
        {
            File.WriteAllText(path, "former");
        }

        WholeFile.Write(path, contents, replaces);
        Assert.Equal(0, NativeCalls.DirtyPages(path));
        Assert.Equal(contents, File.ReadAllBytes(path));
    }
}
