using KsmTools.Memory;
using KsmTools.Model;
using KsmTools.Tests.Memory;

namespace KsmTools.Tests.Model;

/// <summary>What can have a part in a walk: other processes' mappings and places, and items that are left over.</summary>
public sealed class WalkBoundsTests : IDisposable
{
    private const int Other = 5000;
    private const ulong AnonKsm = (ulong)(PageFlags.Anon | PageFlags.Ksm);
    private const ulong Page = MemoryTree.Present | 100;

    private readonly MemoryTree _tree = new();

    public WalkBoundsTests()
    {
        // Two places of one page, in two mappings; a third mapping is of a file.
        PutSmaps(MemoryTree.Id, ("00010000-00011000", 4, ""), ("00018000-00019000", 4, ""), ("00020000-00021000", 0, "08:01 77"));
        _ = _tree.PutOrigin().PutPages(Page, 0, 0, 0, 0, 0, 0, 0, Page).PutFlags(100, AnonKsm).PutCounts(100, 2).Put("/sys/kernel/mm/ksm/max_page_sharing", "256\n");
        PutItems(MemoryTree.Id, 2);
    }

    [Fact]
    public void What_is_not_side_by_side_may_share_an_anon_vma_and_what_is_of_another_file_may_not() => AssertBounds(2, 2 * 2, 2);

    [Fact]
    public void A_forks_mappings_may_be_in_the_trees()
    {
        PutFork(items: 0);
        AssertBounds(2, 2 * (2 + 3), 2 * 2);
        RmapVmaFamily family = Run()[0].WorstFamily!;
        Assert.Equal((2, 1, 3, 5), (family.VmaCount, family.CopyCount, family.CopiedVmaCount, family.MaximumVmaCount));
        Assert.Equal(5, Run()[0].VmaCount);
    }

    [Fact]
    public void Places_of_a_fork_count_once_ksmd_has_seen_it()
    {
        PutFork(items: 7);

        // The fork's own anon_vmas have its own three mappings, and of its two places it maps the page at, none is sure to have an item.
        AssertBounds(2, (2 * (2 + 3)) + (2 * 3), (2 * 2) + 2);
        PutItems(Other, 1);
        AssertBounds(2, (2 * (2 + 3)) + 3, (2 * 2) + 1);
    }

    [Theory]
    [InlineData(false, 200, false)]
    [InlineData(true, 99, false)]
    [InlineData(true, 200, true)]
    public void What_executed_a_program_or_is_older_or_the_kernels_shares_no_tree(bool isCopy, long start, bool isKernelThread)
    {
        PutFork(items: 0);
        _tree.PutOrigin(Other, isCopy, start, isKernelThread).PutCounts(100, 2);
        AssertBounds(2, 2 * 2, 2);
    }

    [Fact]
    public void What_may_be_a_copy_itself_may_share_trees_with_older_ones_and_nothing_shows_its_items()
    {
        PutFork(items: 0);
        _ = _tree.PutOrigin(isCopy: true).PutOrigin(Other, isCopy: true, start: 50);
        AssertBounds(0, 2 * (2 + 3), 2 * 2);
        PutItems(MemoryTree.Id, 0);
        AssertBounds(0, 0, 0);
    }

    [Fact]
    public void Another_programs_places_surely_have_items()
    {
        PutFork(items: 2);
        _ = _tree.PutOrigin(Other);
        AssertBounds(4, (2 * 2) + (2 * 3), 2 + 2);
    }

    [Fact]
    public void Items_of_places_that_have_changed_are_counted_as_far_as_one_page_takes_them()
    {
        PutItems(MemoryTree.Id, 5);
        AssertBounds(2, 5 * 2, 5);
        _ = _tree.Put("/sys/kernel/mm/ksm/max_page_sharing", "3\n");
        AssertBounds(2, 3 * 2, 3);
    }

    [Fact]
    public void There_is_no_upper_bound_where_places_are_not_found_or_a_fork_is_hidden()
    {
        _ = _tree.PutCounts(100, 3);
        Assert.All(Run(), cost => Assert.Equal((2L, null, 1L), (cost.MinimumVmasVisited, cost.MaximumVmasVisited, cost.SharingElsewhere!.Value)));
        Assert.Equal([4L, 2L], Run().Select(cost => cost.VmasVisited));
        _ = _tree.PutCounts(100, 2).PutOrigin(Other, isCopy: true);
        Assert.All(Run(), cost => Assert.Null(cost.MaximumVmasVisited));
    }

    [Fact]
    public void A_process_of_which_nothing_is_known_may_be_a_copy()
    {
        _ = _tree.Put($"/proc/{MemoryTree.Id}/stat", "4321 (a) S 1\n");
        AssertBounds(0, 2 * 2, 2);
    }

    public void Dispose() => _tree.Dispose();

    private void AssertBounds(long minimum, long maximum, long stored)
    {
        IReadOnlyList<RmapStrategyCost> costs = Run();
        Assert.All(costs, cost => Assert.Equal((minimum, maximum), (cost.MinimumVmasVisited, cost.MaximumVmasVisited!.Value)));
        Assert.Equal([maximum, stored], costs.Select(cost => cost.VmasVisited));
    }

    private IReadOnlyList<RmapStrategyCost> Run() => new ProcessRmapComparison(_tree.Kernel).Run(MemoryTree.Id, TestContext.Current.CancellationToken);

    // Both places, and a mapping of its own.
    private void PutFork(long items)
    {
        PutSmaps(Other, ("00010000-00011000", 4, ""), ("00018000-00019000", 4, ""), ("00040000-00041000", 0, ""), ("00020000-00021000", 0, "08:01 77"));
        _ = _tree.PutOrigin(Other, isCopy: true, start: 200).PutPagesOf(Other, Page, 0, 0, 0, 0, 0, 0, 0, Page).PutCounts(100, 4);
        PutItems(Other, items);
    }

    private void PutItems(int id, long items) => _tree.Put($"/proc/{id}/ksm_merging_pages", $"{items}\n");

    private void PutSmaps(int id, params (string Range, int Merged, string File)[] vmas) => _tree.Put(
        $"/proc/{id}/smaps",
        string.Concat(vmas.Select(vma => $"{vma.Range} rw-p 00000000 {(vma.File.Length == 0 ? "00:00 0" : vma.File + " /lib/x.so")}\nAnonymous: 4 kB\nKSM: {vma.Merged} kB\nVmFlags: rd wr mr mw me ac mg\n")));
}
