using KsmTools.Files;
using KsmTools.Tests.Support;

namespace KsmTools.Tests.Files;

/// <summary>The size of a page of the machine that a tree was captured on.</summary>
public sealed class PageSizeTests : IDisposable
{
    private readonly FakeKsmTree _tree = new();

    public void Dispose() => _tree.Dispose();

    [Theory]
    [InlineData(4096, false)]
    [InlineData(16384, false)]
    [InlineData(65536, false)]
    [InlineData(4096, true)]
    [InlineData(65536, true)]
    public void It_is_read_in_the_byte_order_of_that_machine(int size, bool isBigEndian)
    {
        _tree.SetPageSize((ulong)size, isBigEndian);
        Assert.Equal(size, PageSize.Of(_tree));
    }

    [Fact]
    public void It_is_found_with_the_first_process_where_the_tree_has_no_other()
    {
        _tree.SetPageSize(65536, process: "1");
        Assert.Equal(65536, PageSize.Of(_tree));
        _tree.SetPageSize(16384);
        Assert.Equal(16384, PageSize.Of(_tree));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(512)]
    [InlineData(ulong.MaxValue)]
    public void What_is_no_size_is_not_believed(ulong size)
    {
        _tree.SetPageSize(size);
        Assert.Equal(Environment.SystemPageSize, PageSize.Of(_tree));
    }

    [Fact]
    public void A_tree_that_does_not_say_is_taken_for_one_of_this_machine() => Assert.Equal(Environment.SystemPageSize, PageSize.Of(_tree));
}
