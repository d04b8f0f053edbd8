using KsmTools.Errors;
using KsmTools.Memory;
using KsmTools.Model;
using KsmTools.Tests.Memory;
using KsmTools.Tests.Support;

namespace KsmTools.Tests.Model;

/// <summary>A captured process: its mappings from smaps, its pages from pagemap.</summary>
public sealed class ProcessLayoutTests : IDisposable
{
    private const ulong AnonKsm = (ulong)(PageFlags.Anon | PageFlags.Ksm);

    private readonly MemoryTree _tree = new();

    [Fact]
    public void Mappings_of_one_file_or_of_none_are_a_family_wherever_they_lie()
    {
        PutSmaps(
            Vma("00010000-00011000", merged: 4), Vma("00011000-00012000", "r--p", merged: 4), Vma("00013000-00014000", merged: 0),
            Vma("00020000-00021000", file: "00000000 08:01 77", name: "/usr/lib/x.so"), Vma("00021000-00022000", file: "00001000 08:01 77", name: "/usr/lib/x.so"),
            Vma("00022000-00023000", file: "00009000 08:01 77", name: "/usr/lib/x.so"), Vma("00023000-00024000"), Vma("00024000-00025000", "rw-s", file: "00000000 00:01 5", name: "/dev/zero (deleted)"),
            Vma("00025000-00026000", file: "00000000 08:01 78", name: "/usr/lib/x.so"), Vma("00026000-00027000", flags: "rd wr mr mw me ht"),
            Vma("00030000-00031000", name: "[heap]"), Vma("00031000-00032000", name: "[anon:a name]"),
            Vma("7ffd00000000-7ffd00001000", name: "[stack]", flags: "rd wr mr mw me gd ac"), Vma("7ffe00000000-7ffe00001000", name: "[vdso]", flags: "rd ex mr mw me de"),
            Vma("ffffffffff600000-ffffffffff601000", "--xp", name: "[vsyscall]"));
        var families = new VmaFamilies(ProcessVmas.Read(_tree.Kernel, MemoryTree.Id, TestContext.Current.CancellationToken), 4096);
        Assert.Equal(
            ["10000-32000, at most 6 VMAs", "20000-23000, at most 3 VMAs", "25000-26000, at most 1 VMAs", "7ffd00000000-7ffd00001000, at most 1 VMAs"],
            families.All.Select(family => family.ToString()));
        Assert.Equal((6, 6, 1, 6, string.Empty), (families.All[0].VmaCount, families.All[0].MergeableVmaCount, families.All[0].MinimumVmaCount, families.All[0].MaximumVmaCount, families.All[0].Name));
        Assert.Equal(["/usr/lib/x.so", "/usr/lib/x.so", ""], families.All.Skip(1).Select(family => family.Name));
        Assert.Equal(
            [-1, 0, 0, -1, 0, 1, 0, -1, 2, -1, 0, 0, -1, 3, -1],
            new long[] { 0xffff, 0x10000, 0x11fff, 0x12000, 0x13000, 0x22fff, 0x23000, 0x24000, 0x25000, 0x26000, 0x30000, 0x31000, 0x32000, 0x7ffd00000000, 0x7ffe00000000 }.Select(families.IndexOf));
    }

    [Theory]
    [InlineData("7.2", true, false)]
    [InlineData("7.3", false, true)]
    [InlineData(null, null, null)]
    public void What_the_kernel_does_today_is_said_by_its_types(string? kernel, bool? fullRange, bool? storedIndex)
    {
        PutSmaps(Vma("00010000-00011000", merged: 4), Vma("00011000-00012000", merged: 4));
        _tree.PutOrigin().PutPages(MemoryTree.Present | 100, MemoryTree.Present | 100).PutFlags(100, AnonKsm).PutCounts(100, 2).Put($"/proc/{MemoryTree.Id}/ksm_merging_pages", "2\n");
        if (kernel is not null)
        {
            _tree.Put("/sys/kernel/btf/vmlinux", string.Empty);
            File.Copy(Checkout.Data($"btf/{kernel}.btf"), _tree.Kernel.Locate("/sys/kernel/btf/vmlinux"), overwrite: true);
        }

        Assert.Equal([fullRange, storedIndex], Comparison().Run(MemoryTree.Id, TestContext.Current.CancellationToken).Select(cost => cost.IsToday));
    }

    [Fact]
    public void The_worst_page_is_the_one_whose_walk_looks_at_most_mappings()
    {
        // Four mappings with pages 100, 100, 101, 101, and one apart with 101 and 102: who else maps 101 is not in this tree.
        PutSmaps(
            Vma("00010000-00011000", merged: 4), Vma("00011000-00012000", merged: 4), Vma("00012000-00013000", merged: 4), Vma("00013000-00014000", merged: 4),
            Vma("00015000-00017000", merged: 8));
        _tree.PutPages([.. new ulong[] { 100, 100, 101, 101, 0, 101, 102 }.Select(frame => frame == 0 ? 0 : MemoryTree.Present | frame)])
            .PutFlags(100, AnonKsm, AnonKsm, AnonKsm)
            .PutCounts(100, 2, 10, 1)
            .PutOrigin()
            .Put("/sys/kernel/mm/ksm/max_page_sharing", "256\n")
            .Put($"/proc/{MemoryTree.Id}/ksm_merging_pages", "6\n");
        RmapStrategyCost[] costs = [.. Comparison().Run(MemoryTree.Id, TestContext.Current.CancellationToken)];
        Assert.Equal([RmapStrategy.FullRange, RmapStrategy.StoredPgoff], costs.Select(cost => cost.Strategy));
        Assert.Equal([15L, 3L], costs.Select(cost => cost.VmasVisited));
        Assert.All(costs, cost =>
        {
            Assert.Equal((0x12000L, 101L, 3L, 3L, 7L), (cost.Address!.Value, cost.PageFrame!.Value, cost.Sharing, cost.MappingsFound, cost.SharingElsewhere!.Value));
            Assert.Equal((5L, 256, 3L, false), (cost.VmaCount, cost.MaxPageSharing!.Value, cost.KsmPageCount!.Value, cost.IsUpperBound));
            Assert.Equal("10000-17000, at most 5 VMAs", cost.WorstFamily!.ToString());
            Assert.Equal((3L, null), (cost.MinimumVmasVisited, cost.MaximumVmasVisited));
            Assert.Null(cost.MappingsMissed);
            Assert.Null(cost.EstimatedDuration);
        });

        // Two places, three, and one, of five mappings.
        Assert.Equal((10.0 + 15 + 5) / 3, costs[0].MeanVmasVisited);
        Assert.Equal(2.0, costs[1].MeanVmasVisited);
    }

    [Fact]
    public void A_calibration_and_a_bound_give_times_and_advice()
    {
        PutSmaps([.. Enumerable.Range(0, 100).Select(i => Vma($"{0x10000 + (i * 0x1000):x8}-{0x11000 + (i * 0x1000):x8}", merged: 4))]);
        _tree.PutPages([.. Enumerable.Repeat(MemoryTree.Present | 100, 100)]).PutFlags(100, AnonKsm).PutCounts(100, 100).PutOrigin().Put($"/proc/{MemoryTree.Id}/ksm_merging_pages", "100\n");
        ProcessRmapComparison comparison = new(_tree.Kernel)
        {
            Calibration = [new RmapCalibration { Count = 1, MeanNanoseconds = 10 * 1000 * 20.0, VmaCount = 1000, Sharing = 10 }],
            MaximumWalkDuration = TimeSpan.FromMicroseconds(100),
        };
        RmapStrategyCost[] costs = [.. comparison.Run(MemoryTree.Id, TestContext.Current.CancellationToken)];
        Assert.Equal([100 * 100 * 20L, 100 * 20L], costs.Select(cost => cost.EstimatedNanoseconds!.Value));
        Assert.All(costs, cost => Assert.Equal((100 * 20L, 100 * 100 * 20L), (cost.MinimumEstimatedNanoseconds!.Value, cost.MaximumEstimatedNanoseconds!.Value)));
        Assert.Equal([50, 5000], costs.Select(cost => cost.RecommendedMaxPageSharing!.Value));

        // Statistics of a trace say nothing of the layout: they are of this process.
        comparison = new ProcessRmapComparison(_tree.Kernel) { Calibration = [new RmapCalibration { Count = 1, MeanNanoseconds = 1e6 }] };
        RmapStrategyCost cost = comparison.Run(MemoryTree.Id, TestContext.Current.CancellationToken)[0];
        Assert.Equal((1_000_000, null, null), (cost.EstimatedNanoseconds, cost.MinimumEstimatedNanoseconds, cost.MaximumEstimatedNanoseconds));
    }

    [Fact]
    public void Without_frames_the_sums_of_the_kernel_bound_the_walk()
    {
        PutSmaps(
            Vma("00010000-00011000", merged: 4), Vma("00011000-00012000", merged: 4), Vma("00012000-00013000", merged: 4),
            Vma("00015000-00025000", merged: 40), Vma("00030000-00031000", merged: 0));
        _tree.PutOrigin().PutPages(MemoryTree.Present).Put("/sys/kernel/mm/ksm/max_page_sharing", "8\n");
        AssertBound(8 * 5, 8);
        _tree.Put("/sys/kernel/mm/ksm/max_page_sharing", "2\n");
        AssertBound(2 * 5, 2);

        // What forks copied goes beyond the knob.
        _tree.PutOrigin(isCopy: true);
        AssertBound(13 * 5, 13);
    }

    [Fact]
    public void A_tree_without_pagemap_is_read_as_far_as_it_goes()
    {
        PutSmaps(Vma("00010000-00011000", merged: 4), Vma("00011000-00012000", merged: 4));
        AssertBound(4, 2);
    }

    [Fact]
    public void Before_6_7_the_process_says_how_many_pages_are_merged()
    {
        PutSmaps(Vma("00010000-00011000"), Vma("00011000-00012000"));
        _tree.Put($"/proc/{MemoryTree.Id}/ksm_merging_pages", "2\n");
        AssertBound(4, 2);
    }

    [Fact]
    public void A_process_without_merged_pages_shows_where_merging_would_cost()
    {
        PutSmaps(Vma("00010000-00011000", flags: "rd wr"), Vma("00011000-00012000", flags: "rd wr"), Vma("00020000-00021000", merged: 0));
        RmapStrategyCost[] costs = [.. Comparison().Run(MemoryTree.Id, TestContext.Current.CancellationToken)];
        Assert.All(costs, cost => Assert.Equal((0L, 0L, 0L, 0L, 3L, "10000-21000, at most 3 VMAs"), (cost.VmasVisited, cost.MaximumVmasVisited!.Value, cost.Sharing, cost.KsmPageCount!.Value, cost.VmaCount, cost.WorstFamily!.ToString())));
    }

    [Fact]
    public void A_process_without_memory_has_no_family()
    {
        _tree.Put($"/proc/{MemoryTree.Id}/smaps", string.Empty);
        Assert.All(Comparison().Run(MemoryTree.Id, TestContext.Current.CancellationToken), cost => Assert.Null(cost.WorstFamily));
    }

    [Fact]
    public void A_process_that_is_not_there_is_said()
    {
        KsmToolsException failure = Assert.Throws<KsmToolsException>(() => Comparison().Run(MemoryTree.Id, TestContext.Current.CancellationToken));
        Assert.Equal((ErrorReason.ProcessNotFound, (object)MemoryTree.Id), (failure.Reason, failure.Target));
    }

    [Theory]
    [InlineData("00010000 rw-p 00000000 00:00 0\n")]
    [InlineData("00010000-\n")]
    [InlineData("00010000-00020000 rw\n")]
    [InlineData("00010000-00020000 rw-p 00000000 00:00\n")]
    [InlineData("e")]
    public void A_file_that_is_no_smaps_is_said(string text)
    {
        _tree.Put($"/proc/{MemoryTree.Id}/smaps", text);
        Assert.Equal(ErrorReason.KernelIoError, Assert.Throws<KsmToolsException>(() => Comparison().Run(MemoryTree.Id, TestContext.Current.CancellationToken)).Reason);
    }

    [Fact]
    public void Mappings_are_read_across_pieces_and_with_long_names()
    {
        string name = "/" + new string('x', 100_000);
        PutSmaps([Vma("00010000-00011000", file: "00000000 08:01 7", name: name), .. Enumerable.Range(0, 5000).Select(i => Vma($"{0x100000 + (i * 0x2000):x8}-{0x101000 + (i * 0x2000):x8}", merged: i))]);
        IReadOnlyList<ProcessVma> vmas = ProcessVmas.Read(_tree.Kernel, MemoryTree.Id, TestContext.Current.CancellationToken);
        Assert.Equal(5001, vmas.Count);
        Assert.Equal(name, vmas[0].Name);
        Assert.Equal(Enumerable.Range(0, 5000).Select(i => (i * 1024L, true)), vmas.Skip(1).Select(vma => (vma.MergedBytes!.Value, vma.IsMergeable)));
    }

    public void Dispose() => _tree.Dispose();

    private void AssertBound(long visits, long sharing) => Assert.All(
        Comparison().Run(MemoryTree.Id, TestContext.Current.CancellationToken),
        cost =>
        {
            Assert.Equal((cost.Strategy == RmapStrategy.FullRange ? visits : sharing, sharing, true), (cost.VmasVisited, cost.Sharing, cost.IsUpperBound));
            Assert.True(cost is { KsmPageCount: null, MinimumVmasVisited: 0, MaximumVmasVisited: null, PageFrame: null, Address: null, SharingElsewhere: null, MeanVmasVisited: null });
        });

    private ProcessRmapComparison Comparison() => new(_tree.Kernel);

    private void PutSmaps(params string[] vmas) => _tree.Put($"/proc/{MemoryTree.Id}/smaps", string.Concat(vmas));

    private static string Vma(string range, string permissions = "rw-p", string file = "00000000 00:00 0", string name = "", long? merged = null, string flags = "rd wr mr mw me ac mg") =>
        $"{range} {permissions} {file}{(name.Length > 0 ? $"                          {name}" : "")}\nSize:                  4 kB\nAnonymous:      {Math.Max(4, merged ?? 0),8} kB\n{(merged is null ? "" : $"KSM:            {merged,8} kB\n")}THPeligible:           0\nVmFlags: {flags}\n";
}
