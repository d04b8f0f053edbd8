using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using KsmTools.Errors;
using KsmTools.Files;
using KsmTools.Memory;
using KsmTools.Records;
using KsmTools.Tests.Support;

namespace KsmTools.Tests.Memory;

public sealed class RmapRegionTests
{
    private static readonly KernelTree Live = new("/");

    public static TheoryData<RmapPageType> PageTypes => [RmapPageType.Ksm, RmapPageType.Anon, RmapPageType.File];

    [Theory]
    [MemberData(nameof(PageTypes))]
    public void An_unsplit_region_is_one_mapping_with_every_page_in_memory(RmapPageType pageType)
    {
        NeedKsmFor(pageType);
        using RmapRegion region = Make(Live, pageType, 600, splitVma: false);

        ProcessMaps.Mapping map = Assert.Single(ProcessMaps.Of(region));
        Assert.Equal((region.Address, region.Address + region.ByteCount), (map.Start, map.End));
        Assert.Equal((1, 600, Environment.ProcessId), (region.VmaCount, region.PageCount, region.Id));
        Assert.Equal(600L * Environment.SystemPageSize, region.ByteCount);
        (long rss, long huge, IReadOnlyList<string> flags) = ProcessMaps.Details(region);
        Assert.Equal((region.ByteCount, 0L), (rss, huge));

        // Where transparent huge pages are not for everybody, only this says that there will be none.
        if (Directory.Exists("/sys/kernel/mm/transparent_hugepage"))
        {
            Assert.Contains(" nh ", Assert.Single(flags), StringComparison.Ordinal);
        }
    }

    [Theory]
    [MemberData(nameof(PageTypes))]
    public void A_split_region_of_20000_pages_is_20000_mappings(RmapPageType pageType)
    {
        NeedKsmFor(pageType);
        using RmapRegion region = Make(Live, pageType, 20_000, splitVma: true);

        IReadOnlyList<ProcessMaps.Mapping> maps = ProcessMaps.Of(region);
        Assert.Equal(20_000, maps.Count);
        Assert.Equal(20_000, region.VmaCount);
        Assert.All(maps, (map, index) => Assert.StartsWith(index % 2 == 0 ? "rw-" : "r--", map.Permissions, StringComparison.Ordinal));
        (long rss, _, IReadOnlyList<string> flags) = ProcessMaps.Details(region);
        Assert.Equal(region.ByteCount, rss);
        Assert.All(flags, flag => Assert.Equal(pageType == RmapPageType.Ksm, flag.Contains(" mg ", StringComparison.Ordinal)));
    }

    [Fact]
    public void Two_regions_side_by_side_do_not_join()
    {
        using RmapRegion first = Make(Live, RmapPageType.Anon, 8, splitVma: false);
        using RmapRegion second = Make(Live, RmapPageType.Anon, 8, splitVma: false);
        Assert.Single(ProcessMaps.Of(first));
        Assert.Single(ProcessMaps.Of(second));
        Assert.NotEqual(ProcessMaps.Of(first), ProcessMaps.Of(second));
    }

    [Fact]
    public void File_pages_belong_to_a_file_without_a_name()
    {
        using RmapRegion region = Make(Live, RmapPageType.File, 4, splitVma: false);
        ProcessMaps.Mapping map = Assert.Single(ProcessMaps.Of(region));
        Assert.Equal('s', map.Permissions[3]);
        Assert.EndsWith("(deleted)", map.File, StringComparison.Ordinal);
    }

    [Fact]
    public void File_pages_come_from_memory_where_the_temporary_folder_has_none()
    {
        string? before = Environment.GetEnvironmentVariable("TMPDIR");
        Environment.SetEnvironmentVariable("TMPDIR", "/proc/self");
        try
        {
            using RmapRegion region = Make(Live, RmapPageType.File, 4, splitVma: false);
            Assert.Contains("memfd:ksmtools-region", Assert.Single(ProcessMaps.Of(region)).File, StringComparison.Ordinal);
        }
        finally
        {
            Environment.SetEnvironmentVariable("TMPDIR", before);
        }
    }

    [Fact]
    public void Ksm_pages_are_alike_and_not_zero_and_other_pages_differ()
    {
        Needs.Ksm();
        using RmapRegion ksm = Make(Live, RmapPageType.Ksm, 16, splitVma: true);
        using RmapRegion other = Make(Live, RmapPageType.Ksm, 1, splitVma: false);
        using RmapRegion anon = Make(Live, RmapPageType.Anon, 16, splitVma: true);
        using RmapRegion file = Make(Live, RmapPageType.File, 16, splitVma: true);
        Assert.Single(Pages(ksm));
        Assert.DoesNotContain(new string('0', Environment.SystemPageSize * 2), Pages(ksm));
        Assert.NotEqual(Pages(ksm), Pages(other));
        Assert.Equal(16, Pages(anon).Count);
        Assert.Equal(16, Pages(file).Count);
    }

    [Theory]
    [MemberData(nameof(PageTypes))]
    public void Dispose_unmaps_and_may_be_repeated(RmapPageType pageType)
    {
        NeedKsmFor(pageType);
        int files = Directory.GetFiles("/proc/self/fd").Length;
        RmapRegion region = Make(Live, pageType, 100, splitVma: true);
        Assert.False(region.IsRemoved);
        region.Dispose();
        region.Dispose();
        Assert.True(region.IsRemoved);
        Assert.Empty(ProcessMaps.Of(region));
        Assert.Equal(files, Directory.GetFiles("/proc/self/fd").Length);
    }

    [Fact]
    public void A_region_that_nothing_refers_to_is_unmapped_by_the_collector()
    {
        (long address, long length) = Forget();
        for (int attempt = 0; attempt < 10 && ProcessMaps.Of(address, length).Count > 0; attempt++)
        {
            GC.Collect();
            GC.WaitForPendingFinalizers();
        }

        Assert.True(ProcessMaps.Of(address, length).Count < 2_000);
    }

    [Fact]
    public void Too_few_mappings_allowed_is_said_before_anything_is_mapped()
    {
        using var root = new TemporaryFolder();
        string file = root.Write("/proc/sys/vm/max_map_count", "5000\n");
        KsmToolsException failure = Assert.Throws<KsmToolsException>(
            () => Make(new KernelTree(root.Path), RmapPageType.Anon, 20_000, splitVma: true));
        Assert.Equal(ErrorReason.MemoryInsufficient, failure.Reason);
        Assert.Equal(file, failure.Target);
        Assert.Contains("20,002", failure.Message, StringComparison.Ordinal);
        Assert.Contains("5,000", failure.Message, StringComparison.Ordinal);
        Assert.Matches(@"sysctl -w vm\.max_map_count=\d+0000 ", failure.RecommendedAction);

        using RmapRegion unsplit = Make(new KernelTree(root.Path), RmapPageType.Anon, 20_000, splitVma: false);
        Assert.Equal(1, unsplit.VmaCount);
    }

    [Fact]
    public void Too_little_memory_is_said_before_anything_is_mapped()
    {
        using var root = new TemporaryFolder();
        root.Write("/proc/meminfo", "MemTotal:       16000 kB\nMemAvailable:    4000 kB\n");
        KsmToolsException failure = Assert.Throws<KsmToolsException>(
            () => Make(new KernelTree(root.Path), RmapPageType.File, 2_000, splitVma: false));
        Assert.Equal(ErrorReason.MemoryInsufficient, failure.Reason);
        Assert.Contains("4,096,000", failure.Message, StringComparison.Ordinal);
        Assert.Contains($"-PageCount {4_096_000 / Environment.SystemPageSize / 2} ", failure.RecommendedAction, StringComparison.Ordinal);
    }

    [Fact]
    public void A_kernel_without_ksm_has_no_ksm_pages()
    {
        using var root = new TemporaryFolder();
        KsmToolsException failure = Assert.Throws<KsmToolsException>(
            () => Make(new KernelTree(root.Path), RmapPageType.Ksm, 1, splitVma: false));
        Assert.Equal(ErrorReason.KsmNotSupported, failure.Reason);
    }

    [Fact]
    public void The_kernel_running_out_of_mappings_half_way_leaves_nothing()
    {
        long limit = long.Parse(File.ReadAllText("/proc/sys/vm/max_map_count"), System.Globalization.CultureInfo.InvariantCulture);
        Assert.SkipUnless(limit <= 100_000, "needs a vm.max_map_count that can be used up quickly");
        using var root = new TemporaryFolder();
        root.Write("/proc/sys/vm/max_map_count", "100000000\n");
        int before = MappingCount.OfThisProcess();

        KsmToolsException failure = Assert.Throws<KsmToolsException>(
            () => Make(new KernelTree(root.Path), RmapPageType.Anon, (int)limit + 100, splitVma: true));

        Assert.Equal((ErrorReason.MemoryInsufficient, Interop.Errno.ENOMEM), (failure.Reason, failure.Errno));
        Assert.Contains("Nothing was left behind", failure.Message, StringComparison.Ordinal);
        Assert.InRange(MappingCount.OfThisProcess(), 0, before + 200);
    }

    [Fact]
    public void Giving_up_half_way_leaves_nothing()
    {
        // A size that no other mapping has.
        const int Pages = 21_337;
        using var stop = new CancellationTokenSource();
        stop.Cancel();
        foreach (RmapPageType pageType in new[] { RmapPageType.Anon, RmapPageType.File })
        {
            Assert.Throws<OperationCanceledException>(() => RmapRegion.Create(Live, pageType, Pages, splitVma: true, stop.Token));
        }

        long[] sizes = [Pages * (long)Environment.SystemPageSize, (Pages + 2) * (long)Environment.SystemPageSize];
        Assert.DoesNotContain(ProcessMaps.All(), map => sizes.Contains(map.End - map.Start));
    }

    private static RmapRegion Make(KernelTree kernel, RmapPageType pageType, int pageCount, bool splitVma) =>
        RmapRegion.Create(kernel, pageType, pageCount, splitVma, TestContext.Current.CancellationToken);

    private static void NeedKsmFor(RmapPageType pageType)
    {
        if (pageType == RmapPageType.Ksm)
        {
            Assert.SkipUnless(Directory.Exists("/sys/kernel/mm/ksm"), "needs a kernel with CONFIG_KSM");
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static (long Address, long Length) Forget()
    {
        RmapRegion region = Make(Live, RmapPageType.Anon, 2_000, splitVma: true);
        Assert.Equal(2_000, ProcessMaps.Of(region).Count);
        return (region.Address, region.ByteCount);
    }

    private static HashSet<string> Pages(RmapRegion region)
    {
        var pages = new HashSet<string>();
        byte[] page = new byte[region.PageSize];
        for (int index = 0; index < region.PageCount; index++)
        {
            Marshal.Copy((nint)region.Address + (index * region.PageSize), page, 0, page.Length);
            pages.Add(Convert.ToHexString(page));
        }

        return pages;
    }
}
