using KsmTools.Model;

namespace KsmTools.Tests.Model;

public sealed class RmapWalkerTests
{
    private const int Vmas = 40;
    private const int Sharing = 10;

    [Fact]
    public void Unmapping_goes_over_the_items_once_and_mapping_the_copy_twice()
    {
        SyntheticLayout layout = Layout();
        RmapWalker unmap = Walk(layout, endsWhenUnmapped: true);
        RmapWalker map = Walk(layout, endsWhenUnmapped: false);
        Assert.Equal(2 * Vmas * Sharing, map.VmasVisited);

        // It ends at the last mapping that it finds, somewhere among those of the last item.
        Assert.InRange(unmap.VmasVisited, (Vmas * (Sharing - 1)) + 1, Vmas * Sharing);
        Assert.Equal(Sharing, unmap.Found.Count);
    }

    [Fact]
    public void Forked_mappings_are_found_in_the_second_pass()
    {
        SyntheticLayout layout = Layout();
        AddressSpace child = layout.Ksm.Fork(layout.Ksm.AddressSpaces.Single());
        var once = new RmapWalker(layout.Ksm, RmapStrategy.StoredPgoff);
        once.Walk(layout.Walked);
        Assert.Equal(Sharing, once.Found.Count);
        Assert.DoesNotContain(once.Found, found => found.Mm == child.Id);

        // The child's mappings are in the parent's tree, too: each search finds two.
        Assert.Equal(2 * Sharing, once.VmasVisited);
        RmapWalker all = Walk(layout, endsWhenUnmapped: true, RmapStrategy.StoredPgoff);
        Assert.Equal(2 * Sharing, all.Found.Count);
        Assert.Equal(layout.Walked.Page.MapCount, all.Found.Count);
    }

    [Fact]
    public void The_mappings_that_a_split_makes_are_in_one_tree_and_those_of_another_mapping_are_not()
    {
        var ksm = new KsmModel();
        AddressSpace mm = ksm.Start();
        mm.Map(0, 10);
        mm.Map(100, 1);
        mm.Write(0, 1);
        mm.Write(100, 1);
        mm.Split(4, 1);
        Assert.Equal(4, mm.VmaCount);
        Assert.Equal(3, mm.Find(0)!.AnonVma!.Tree.Count);
        Assert.Same(mm.Find(0)!.AnonVma, mm.Find(9)!.AnonVma);
        Assert.NotSame(mm.Find(0)!.AnonVma, mm.Find(100)!.AnonVma);
    }

    [Fact]
    public void A_neighbour_lends_its_anon_vma_where_the_indices_go_on()
    {
        var ksm = new KsmModel();
        AddressSpace mm = ksm.Start();
        mm.Map(0, 10);
        mm.Split(4, 1);
        mm.Write(4, 1);
        mm.Write(5, 1);
        mm.Write(0, 1);
        Assert.Equal(3, mm.Find(4)!.AnonVma!.Tree.Count);

        // Adjacent by address, not by index.
        mm.Map(20, 5);
        mm.Write(20, 1);
        mm.MoveTo(20, 10, 5);
        mm.Map(15, 1);
        mm.Write(15, 1);
        Assert.NotSame(mm.Find(9)!.AnonVma, mm.Find(10)!.AnonVma);
        Assert.NotSame(mm.Find(14)!.AnonVma, mm.Find(15)!.AnonVma);
    }

    // The process that moved the page has ended, and with it the item that says where its child maps the page. That the parent maps it at the same address is chance.
    [Theory]
    [InlineData(100, true)]
    [InlineData(101, false)]
    public void A_mapping_that_the_full_range_finds_by_chance_is_found_by_its_index_a_scan_later(ulong to, bool isSeen)
    {
        var ksm = new KsmModel();
        AddressSpace parent = ksm.Start();
        parent.Map(99, 10);
        parent.Write(99, 1);
        parent.Write(100, 1);
        AddressSpace child = ksm.Fork(parent);
        child.Write(107, 1);
        child.MoveTo(107, to, 1);
        ksm.ScanAll();
        ksm.ScanAll();
        AddressSpace grandchild = ksm.Fork(child);
        ksm.Exit(child);
        StableNode node = Assert.Single(ksm.StableNodes);
        Assert.Same(node.Page, grandchild.Pages[to]);
        Assert.Equal(isSeen, Found(RmapStrategy.FullRange).Contains((grandchild.Id, to)));
        Assert.DoesNotContain((grandchild.Id, to), Found(RmapStrategy.StoredPgoff));

        ksm.ScanAll();
        Assert.Equal(RandomMachine.MappingsOf(ksm, node.Page), Found(RmapStrategy.StoredPgoff));
        Assert.Equal(RandomMachine.MappingsOf(ksm, node.Page), Found(RmapStrategy.FullRange));

        IReadOnlySet<(long Mm, ulong Page)> Found(RmapStrategy strategy) => ksm.Walk(node, strategy).Found;
    }

    private static SyntheticLayout Layout() =>
        SyntheticLayout.Make(new RmapStrategyComparison { VmaCount = Vmas, Sharing = Sharing }, TestContext.Current.CancellationToken);

    private static RmapWalker Walk(SyntheticLayout layout, bool endsWhenUnmapped, RmapStrategy strategy = RmapStrategy.FullRange) =>
        layout.Ksm.Walk(layout.Walked, strategy, endsWhenUnmapped);
}
