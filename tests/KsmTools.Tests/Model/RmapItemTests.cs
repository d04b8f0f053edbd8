using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using KsmTools.Ksm;
using KsmTools.Model;

namespace KsmTools.Tests.Model;

public sealed class RmapItemTests
{
    private const int Content = 7;

    private readonly KsmModel _ksm = new();

    [Fact]
    public void An_item_has_64_bytes_and_its_index_lies_over_checksum_age_and_skips()
    {
        Assert.Equal(64, Unsafe.SizeOf<KsmRmapItem>());
        Assert.Equal(KsmItemSize.Of64Bit, Unsafe.SizeOf<KsmRmapItem>());
        Assert.Equal(
            [("RmapList", 0), ("AnonVma", 8), ("NodeId", 8), ("Mm", 16), ("Address", 24), ("OldChecksum", 32), ("Age", 36), ("RemainingSkips", 37), ("LinearPageIndex", 32), ("Node", 40), ("Head", 40), ("Next", 48), ("Previous", 56)],
            typeof(KsmRmapItem).GetFields().Where(field => !field.IsLiteral).Select(field => (field.Name, (int)Marshal.OffsetOf<KsmRmapItem>(field.Name))));
        Assert.Equal(24, Unsafe.SizeOf<KsmRmapItem.UnstableNode>());

        var item = new KsmRmapItem { LinearPageIndex = 0x0102_0304_0506_0708 };
        Assert.Equal((0x0506_0708u, (byte)4, (byte)3), (item.OldChecksum, item.Age, item.RemainingSkips));
    }

    [Fact]
    public void The_index_is_set_when_the_page_becomes_a_ksm_page()
    {
        AddressSpace mm = Merged(2);
        Assert.All(ItemsOf(mm), item => Assert.Equal(_ksm.Items[item].Page, _ksm.Items.LinearPageIndex(item)));
    }

    [Fact]
    public void After_mremap_the_index_is_not_the_address()
    {
        AddressSpace mm = Merged(4);
        mm.MoveTo(102, 200, 2);
        Assert.All(mm.Pages.Where(page => page.Key >= 200), page => Assert.Null(page.Value.StableNode));
        ScanTwice();
        Assert.Equal(new ulong[] { 100, 101, 102, 103 }, ItemsOf(mm).Select(_ksm.Items.LinearPageIndex).Order());
        Assert.Equal(new ulong[] { 100, 101, 200, 201 }, ItemsOf(mm).Select(item => _ksm.Items[item].Page).Order());
    }

    [Fact]
    public void A_mapping_that_was_never_written_takes_new_indices_where_it_is_moved_to()
    {
        AddressSpace mm = _ksm.Start();
        mm.Map(10, 2);
        mm.MoveTo(10, 50, 2);
        Assert.Equal(50ul, mm.Find(50)!.Pgoff);
        mm.Write(50, 1);
        mm.MoveTo(50, 90, 2);
        Assert.Equal(50ul, mm.Find(90)!.Pgoff);
    }

    [Theory]
    [InlineData("write", true)]
    [InlineData("unmap", false)]
    [InlineData("move", false)]
    [InlineData("exit", false)]
    public void The_index_is_gone_when_the_item_leaves_the_stable_tree(string how, bool staysItem)
    {
        AddressSpace mm = Merged(4);
        long item = ItemsOf(mm).Single(item => _ksm.Items[item].Page == 103);
        switch (how)
        {
            case "write":
                mm.Write(103, Content + 1);
                break;
            case "unmap":
                mm.Unmap(103, 1);
                break;
            case "move":
                mm.MoveTo(103, 300, 1);
                break;
            default:
                _ksm.Exit(mm);
                break;
        }

        _ksm.ScanAll();
        Assert.False(_ksm.Items.HoldsLinearPageIndex(item));
        Assert.False(_ksm.Items[item].IsStable);
        if (staysItem)
        {
            Assert.Equal((103ul, 0L), (_ksm.Items[item].Page, _ksm.Items[item].AnonVma));

            // The checksum that was there before was the index: it must not pass for one.
            Assert.Equal((uint)(Content + 1) | 0x8000_0000, _ksm.Items.OldChecksum(item));
            Assert.Equal((0, 0), (_ksm.Items.Age(item), _ksm.Items.RemainingSkips(item)));
        }
    }

    [Fact]
    public void The_index_is_gone_from_all_items_when_their_node_goes()
    {
        AddressSpace mm = Merged(3);
        long[] items = [.. ItemsOf(mm)];
        for (ulong page = 100; page < 103; page++)
        {
            mm.Write(page, Content);
        }

        Assert.True(Assert.Single(_ksm.StableNodes).IsStale);
        _ksm.ScanAll();
        Assert.Empty(_ksm.StableNodes);
        Assert.Equal((0, 0), (_ksm.PagesShared, _ksm.PagesSharing));
        Assert.All(items, item => Assert.True(!_ksm.Items.HoldsLinearPageIndex(item) && !_ksm.Items[item].IsStable));
    }

    [Theory]
    [InlineData(KsmFailure.MergeSecondPage, 1)]
    [InlineData(KsmFailure.MakeStableNode, 2)]
    internal void The_index_is_gone_when_a_merge_is_undone(KsmFailure failure, int broken)
    {
        AddressSpace mm = _ksm.Start();
        mm.Map(100, 2);
        mm.Write(100, Content);
        mm.Write(101, Content);
        int failures = 0;
        _ksm.Fails = at => at == failure && failures++ == 0;
        ScanTwice();
        Assert.Equal(1, failures);
        Assert.Equal(0, _ksm.PagesShared);
        Assert.All(new long[] { 1, 2 }, item => Assert.False(_ksm.Items.HoldsLinearPageIndex(item)));
        Assert.Equal(broken == 2 ? 0u : (uint)Content | 0x8000_0000, _ksm.Items.OldChecksum(1));
        Assert.NotSame(mm.Pages[100], mm.Pages[101]);

        ScanTwice();
        Assert.Equal((1, 1), (_ksm.PagesShared, _ksm.PagesSharing));
    }

    [Fact]
    public void Smart_scan_reads_no_age_from_a_stable_item()
    {
        AddressSpace mm = Merged(2);
        long item = ItemsOf(mm).First();

        // No KSM page any more, and the item stable still: the moment at which an unfixed smart scan would take the index for an age.
        mm.Write(_ksm.Items[item].Page, Content + 1);
        Assert.True(_ksm.Items[item].IsStable);
        Assert.Throws<InvalidOperationException>(() => _ksm.Items.Age(item));
        _ksm.ScanAll();
        Assert.Equal(0, _ksm.Items.Age(item));
    }

    [Fact]
    public void Smart_scan_passes_over_pages_that_never_merge()
    {
        AddressSpace mm = _ksm.Start();
        mm.Map(100, 1);
        mm.Write(100, Content);
        int[] skipped = [.. Enumerable.Range(0, 20).Select(_ =>
        {
            _ksm.ScanAll();
            return _ksm.PagesSkipped;
        })];

        // Four scans look, the fifth is passed over once, then twice, then four and eight times.
        Assert.Equal([0, 0, 0, 0, 1, 1, 2, 3, 3, 4, 5, 6, 7, 7, 8, 9, 10, 11, 12, 13], skipped);
    }

    // try_to_merge_one_page makes an anonymous page a KSM page wherever else fork has mapped it, and should_skip_rmap_item may have passed over such a place.
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_place_that_smart_scan_passed_over_is_found_a_scan_later(bool smartScan)
    {
        var ksm = new KsmModel { SmartScan = smartScan };
        AddressSpace parent = ksm.Start();
        parent.Map(100, 8);
        parent.Write(107, Content);
        for (int scan = 0; scan < 9; scan++)
        {
            ksm.ScanAll();
        }

        AddressSpace child = ksm.Fork(parent);
        parent.Write(100, Content);
        ksm.ScanAll();
        ksm.ScanAll();
        (long, ulong)[] all = [(parent.Id, 100), (parent.Id, 107), (child.Id, 107)];
        Assert.Equal(smartScan ? [all[0], all[2]] : all, Found());

        ksm.ScanAll();
        Assert.Equal(all, Found());

        IEnumerable<(long, ulong)> Found() => ksm.Walk(Assert.Single(ksm.StableNodes), RmapStrategy.StoredPgoff).Found.Order();
    }

    [Theory]
    [InlineData(20_000, 256, 79, 1, 79)]
    [InlineData(512, 256, 2, 1, 2)]
    [InlineData(256, 256, 1, 0, 0)]
    public void Nodes_take_no_more_than_max_page_sharing(int pages, int maxPageSharing, int shared, int chains, int dups)
    {
        var ksm = new KsmModel { MaxPageSharing = maxPageSharing };
        AddressSpace mm = ksm.Start();
        mm.Map(0, (ulong)pages);
        for (int page = 0; page < pages; page++)
        {
            mm.Write((ulong)page, Content);
        }

        ksm.ScanAll();
        ksm.ScanAll();
        Assert.Equal((shared, pages - shared), (ksm.PagesShared, ksm.PagesSharing));
        Assert.Equal((chains, dups), (ksm.StableNodeChains, ksm.StableNodeDups));
        Assert.Equal(Math.Min(pages, maxPageSharing), ksm.StableNodes.Max(node => node.Length));
    }

    [Fact]
    public void Forked_places_go_beyond_max_page_sharing()
    {
        var ksm = new KsmModel { MaxPageSharing = 2 };
        AddressSpace mm = ksm.Start();
        mm.Map(0, 2);
        mm.Write(0, Content);
        mm.Write(1, Content);
        ksm.ScanAll();
        ksm.ScanAll();
        ksm.Fork(mm);
        ksm.ScanAll();
        Assert.Equal(4, Assert.Single(ksm.StableNodes).Length);
    }

    private AddressSpace Merged(ulong pages)
    {
        AddressSpace mm = _ksm.Start();
        mm.Map(100, pages);
        for (ulong page = 100; page < 100 + pages; page++)
        {
            mm.Write(page, Content);
        }

        ScanTwice();
        Assert.Equal((1, (int)pages - 1), (_ksm.PagesShared, _ksm.PagesSharing));
        return mm;
    }

    private void ScanTwice()
    {
        _ksm.ScanAll();
        _ksm.ScanAll();
    }

    private IEnumerable<long> ItemsOf(AddressSpace mm) => _ksm.StableNodes.SelectMany(node => node.Items(_ksm.Items)).Where(item => _ksm.Items[item].Mm == mm.Id);
}
