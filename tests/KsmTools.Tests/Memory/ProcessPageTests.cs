using KsmTools.Errors;
using KsmTools.Memory;
using KsmTools.Records;
using KsmTools.Tests.Support;

namespace KsmTools.Tests.Memory;

public sealed class ProcessPageTests : IDisposable
{
    private const ulong Anon = (ulong)PageFlags.Anon;
    private const ulong AnonKsm = (ulong)(PageFlags.Anon | PageFlags.Ksm);

    private readonly MemoryTree _tree = new();

    [Fact]
    public void Pages_are_decoded()
    {
        _tree.PutPages(MemoryTree.Present | 100, MemoryTree.Swapped | 5, 0, MemoryTree.Present | MemoryTree.OfFile | 101, MemoryTree.Present | 102)
            .PutFlags(100, Anon | (1UL << 5) | (1UL << 34), (1UL << 2) | (1UL << 11), 1UL << 24)
            .PutCounts(100, 7, 1, 900);
        IReadOnlyList<ProcessPage> pages = Read(5);
        Assert.Equal([true, false, false, true, true], pages.Select(page => page.Present));
        Assert.Equal([false, true, false, false, false], pages.Select(page => page.Swapped));
        Assert.Equal([100L, null, null, 101L, 102L], pages.Select(page => page.PageFrame));
        Assert.Equal([RmapPageType.Anon, null, null, RmapPageType.File, null], pages.Select(page => page.PageType));
        Assert.Equal([7L, null, null, 1L, 900L], pages.Select(page => page.ShareCount));
        Assert.Equal([PageFlags.Anon | PageFlags.Lru, null, null, PageFlags.Referenced | PageFlags.Mapped, PageFlags.ZeroPage], pages.Select(page => page.Flags));
        Assert.All(pages, (page, index) => Assert.Equal((MemoryTree.Id, MemoryTree.Address + (index * 4096L), (int?)null), (page.Id, page.Address, page.Node)));
    }

    [Fact]
    public void A_file_that_ends_early_has_pages_that_are_not_there()
    {
        _tree.PutPages(MemoryTree.Present | 100);
        Assert.Equal([true, false, false], Read(3).Select(page => page.Present));
        Assert.Null(Read(1)[0].ShareCount);
    }

    [Fact]
    public void Where_the_flag_is_of_every_anonymous_page_a_process_without_merged_pages_has_none()
    {
        _tree.PutPages(MemoryTree.Present | 100, MemoryTree.Present | 100).PutFlags(100, AnonKsm).Put($"/proc/{MemoryTree.Id}/ksm_merging_pages", "0\n");
        Assert.All(Read(2), page => Assert.Equal((RmapPageType.Anon, PageFlags.Anon), (page.PageType, page.Flags)));
    }

    [Fact]
    public void A_page_that_a_process_has_twice_is_merged()
    {
        _tree.PutPages(MemoryTree.Present | 100, MemoryTree.Present | 101, MemoryTree.Present | 100)
            .PutFlags(100, AnonKsm, Anon)
            .Put($"/proc/{MemoryTree.Id}/ksm_merging_pages", "2\n");
        IReadOnlyList<ProcessPage> pages = Read(3);
        Assert.Equal([RmapPageType.Ksm, RmapPageType.Anon, RmapPageType.Ksm], pages.Select(page => page.PageType));
        Assert.Equal(PageFlags.Anon | PageFlags.Ksm, pages[0].Flags);
    }

    [Theory]
    [InlineData("8 kB", "8 kB", RmapPageType.Ksm)]
    [InlineData("8 kB", "0 kB", RmapPageType.Anon)]
    [InlineData("8 kB", "4 kB", null)]
    public void A_mapping_says_how_much_of_it_is_merged(string anonymous, string merged, RmapPageType? expected)
    {
        _tree.PutPages(MemoryTree.Present | 100)
            .PutFlags(100, AnonKsm)
            .Put($"/proc/{MemoryTree.Id}/ksm_merging_pages", "9\n")
            .Put($"/proc/{MemoryTree.Id}/smaps", $"""
                0000e000-00010000 rw-p 00000000 00:00 0
                Anonymous:             4 kB
                KSM:                   2 kB
                00010000-00012000 rw-p 00000000 00:00 0                                  [heap]
                Rss:                   8 kB
                Anonymous:             {anonymous}
                KSM:                   {merged}
                VmFlags: rd wr mg
                00012000-00014000 rw-p 00000000 00:00 0
                Anonymous:             4 kB
                KSM:                   3 kB

                """);
        Assert.Equal(expected, Read(1)[0].PageType);
    }

    [Fact]
    public void What_cannot_be_told_is_null()
    {
        _tree.PutPages(MemoryTree.Present | 100).PutFlags(100, AnonKsm).Put($"/proc/{MemoryTree.Id}/ksm_merging_pages", "9\n");
        Assert.Null(Read(1)[0].PageType);
    }

    [Fact]
    public void Without_frames_the_process_still_says_what_its_pages_are()
    {
        _tree.PutPages(MemoryTree.Present, MemoryTree.Present | MemoryTree.OfFile).Put($"/proc/{MemoryTree.Id}/ksm_merging_pages", "0\n");
        IReadOnlyList<ProcessPage> pages = Read(2);
        Assert.Equal([RmapPageType.Anon, RmapPageType.File], pages.Select(page => page.PageType));
        Assert.All(pages, page => Assert.True(page is { PageFrame: null, Flags: null, ShareCount: null }));
    }

    [Fact]
    public void The_addresses_of_a_page_are_all_its_bytes()
    {
        _tree.PutPages(MemoryTree.Present | 100);
        Assert.Equal(MemoryTree.Address, new ProcessPages(_tree.Kernel).ReadOne(MemoryTree.Id, MemoryTree.Address + 4095).Address);
    }

    [Fact]
    public void Memory_blocks_tell_the_node_of_a_frame()
    {
        _tree.PutNodes()
            .Put("/sys/devices/system/memory/block_size_bytes", "8000000\n")
            .Put("/sys/devices/system/node/node0/memory0/online", "1\n")
            .Put("/sys/devices/system/node/node1/memory1/online", "1\n")
            .PutPages(MemoryTree.Present | 0x7fff, MemoryTree.Present | 0x8000, MemoryTree.Present | 0x10000, 0);
        Assert.Equal([0, 1, (int?)null, null], Read(4).Select(page => page.Node));
    }

    [Fact]
    public void A_process_that_is_not_there_is_said()
    {
        using var host = new ModuleHost();
        ModuleResult result = host.Run("Get-ProcessPage 2147483647 0x1000; 'goes on'");
        Assert.Equal(2147483647, result.Error(ErrorReason.ProcessNotFound).TargetObject);
        Assert.Equal("goes on", Assert.Single(result.Output).BaseObject);
    }

    [Fact]
    public void Merged_pages_of_a_region_are_one_page()
    {
        Needs.Ksm();
        string before = RealKsm.Snapshot();
        using var host = new ModuleHost();
        try
        {
            IReadOnlyList<ProcessPage> pages = host.Run(
                "$r = New-RmapRegion Ksm 200 -SplitVma; $null = Invoke-KsmMerge -Id $PID; $r | Get-ProcessPage").All<ProcessPage>();
            Assert.Equal(200, pages.Count);
            Assert.All(pages, page => Assert.Equal((RmapPageType.Ksm, true, 200L), (page.PageType, page.Present, page.ShareCount)));
            Assert.Single(pages.Select(page => page.PageFrame).Distinct());
            Assert.All(pages, page => Assert.True(page.Flags!.Value.HasFlag(PageFlags.Ksm)));
        }
        finally
        {
            _ = host.Run("$r | Remove-RmapRegion");
            RealKsm.Empty();
        }

        Assert.Equal(before, RealKsm.Snapshot());
    }

    [Fact]
    public void Ordinary_pages_differ()
    {
        using var host = new ModuleHost();
        IReadOnlyList<ProcessPage> anon = host.Run("$r = New-RmapRegion Anon 20; $r | Get-ProcessPage").All<ProcessPage>();
        Assert.All(anon, page => Assert.Equal((RmapPageType.Anon, true), (page.PageType, page.Present)));
        IReadOnlyList<ProcessPage> file = host.Run("$f = New-RmapRegion File 20; $f | Get-ProcessPage").All<ProcessPage>();
        Assert.All(file, page => Assert.Equal((RmapPageType.File, true), (page.PageType, page.Present)));
        if (anon[0].PageFrame is not null)
        {
            Assert.Equal(20, anon.DistinctBy(page => page.PageFrame).Count());
            Assert.All(anon, page => Assert.Equal((1L, false), (page.ShareCount, page.Flags!.Value.HasFlag(PageFlags.Ksm))));
        }
    }

    [Fact]
    public void An_ordinary_user_sees_its_own_pages_without_frames_and_no_others()
    {
        ShellResult own = RealShell.RunAsOrdinaryUser(
            "$r = New-RmapRegion Anon 2; $p = $r | Get-ProcessPage; \"$($p.Count) $($p[0].Present) $($p[0].PageType) [$($p[0].PageFrame)]\"; Get-ProcessPage 1 0x1000 -ErrorAction SilentlyContinue; $Error[0].FullyQualifiedErrorId");
        Assert.StartsWith("2 True Anon []", own.Output, StringComparison.Ordinal);
        Assert.Contains("AccessDenied,", own.Output, StringComparison.Ordinal);
    }

    public void Dispose() => _tree.Dispose();

    private IReadOnlyList<ProcessPage> Read(int count) =>
        [.. new ProcessPages(_tree.Kernel).Read(MemoryTree.Id, MemoryTree.Address, count, TestContext.Current.CancellationToken)];
}
