using KsmTools.Files;
using KsmTools.Interop;
using KsmTools.Tests.Support;

namespace KsmTools.Tests.Files;

/// <summary>Lines are counted without being made, and not without end.</summary>
public sealed class LineCountTests : IDisposable
{
    private readonly FakeKsmTree _tree = new();

    [Theory]
    [InlineData("", 0)]
    [InlineData("one\n", 1)]
    [InlineData("one\ntwo\nthree", 2)]
    public void Ends_of_lines_count(string text, int expected)
    {
        _tree.Put("file", text);
        Assert.Equal((Errno.None, expected), (LineCount.TryCount(_tree, "/file", out int lines), lines));
    }

    [Fact]
    public void A_file_larger_than_a_block_is_counted_to_its_end()
    {
        _tree.Put("file", string.Concat(Enumerable.Repeat("12345678\n", 20_000)));
        Assert.Equal((Errno.None, 20_000), (LineCount.TryCount(_tree, "/file", out int lines), lines));
    }

    [Fact]
    public void What_no_kernel_writes_is_given_up()
    {
        _tree.Put("file", "");
        using (FileStream file = File.OpenWrite(_tree.Locate("/file")))
        {
            file.SetLength(64L << 30);
        }

        Assert.Equal(Errno.EFBIG, LineCount.TryCount(_tree, "/file", out _));
        Assert.Equal(Errno.ENOENT, LineCount.TryCount(_tree, "/none", out _));
    }

    public void Dispose() => _tree.Dispose();
}
