using System.Management.Automation;
using KsmTools.Errors;
using KsmTools.Files;
using KsmTools.Memory;
using KsmTools.Memory.Triggers;
using KsmTools.Records;
using KsmTools.Tests.Support;

namespace KsmTools.Tests.Memory;

public sealed class RmapTriggerTests : IDisposable
{
    private const string CompactMemory = "/proc/sys/vm/compact_memory";

    private readonly ModuleHost _host = new();

    private static int UsableNodes => new NumaNodes(new KernelTree("/")).Read().Count(node => node.HasMemory);

    [Fact]
    public void A_file_page_with_one_mapping_is_paged_out_and_read_back()
    {
        Needs.Root();
        RmapRegion region = _host.Run("$r = New-RmapRegion File 4; $r").Single<RmapRegion>();
        Assert.SkipUnless(Page(region) is { Flags: { } flags } && (flags & PageFlags.SwapBacked) == 0, "needs a temporary folder on a disk");
        RmapTriggerResult result = _host.Run("Invoke-RmapWalk $r -Trigger PageOut -Count 3").Single<RmapTriggerResult>();
        Assert.Equal((RmapTrigger.PageOut, 3, 3, region.Address), (result.Trigger, result.Pages, result.PageCount, result.Address));
        Assert.InRange(result.ElapsedNanoseconds, 1, long.MaxValue);
        Assert.NotEqual(0, result.ThreadId);
        IReadOnlyList<ProcessPage> pages = _host.Run("$r | Get-ProcessPage").All<ProcessPage>();
        Assert.Equal([false, false, false, true], pages.Select(page => page.Present));
        Assert.Equal(1, _host.Run("Invoke-RmapWalk $r -Trigger PageOut").Single<RmapTriggerResult>().Pages);
    }

    [Fact]
    public void Compaction_works_on_any_number_of_nodes()
    {
        Needs.Root();
        Assert.SkipUnless(File.Exists(CompactMemory), "needs a kernel with CONFIG_COMPACTION");
        Assert.SkipUnless(new KernelTree("/").IsWritable(CompactMemory), "needs a writable /proc/sys");
        RmapTriggerResult result = _host.Run("$r = New-RmapRegion Anon 64; $r | Invoke-RmapWalk -Trigger Compaction -Count 64").Single<RmapTriggerResult>();
        Assert.Equal((RmapTrigger.Compaction, 64), (result.Trigger, result.PageCount));
        Assert.InRange(result.Pages, 0, 64);
        Assert.InRange(result.ElapsedNanoseconds, 1, long.MaxValue);
    }

    [Fact]
    public void Auto_takes_the_first_that_works_and_says_why_the_others_do_not()
    {
        Needs.Root();
        Assert.SkipUnless(File.Exists(CompactMemory) && new KernelTree("/").IsWritable(CompactMemory), "needs a kernel with CONFIG_COMPACTION");
        RmapTriggerResult result = _host.Run("$r = New-RmapRegion Anon 4; Invoke-RmapWalk $r").Single<RmapTriggerResult>();
        Assert.NotEqual(RmapTrigger.SoftOffline, result.Trigger);
        Assert.Equal(Enumerable.Range(1, (int)result.Trigger - 1).Select(number => (RmapTrigger)number), result.Unavailable.Select(refusal => refusal.Trigger));
        Assert.All(result.Unavailable, refusal => Assert.Contains(refusal.Reason, result.Why, StringComparison.Ordinal));
        if (UsableNodes > 1)
        {
            Assert.Equal((RmapTrigger.MovePages, 1), (result.Trigger, result.Pages));
        }
    }

    [Fact]
    public void One_node_is_an_error_of_its_own()
    {
        Assert.SkipUnless(UsableNodes == 1, "needs a machine with one NUMA node");
        Assert.Equal(ErrorCategory.NotImplemented, _host.Run("$r = New-RmapRegion Anon 4; Invoke-RmapWalk $r -Trigger MovePages").Error(ErrorReason.NumaSingleNode).CategoryInfo.Category);
        ErrorRecord error = _host.Run("Move-ProcessPage $PID $r.Address (Get-NumaNode | Where-Object HasMemory).Id").Error(ErrorReason.NumaSingleNode);
        Assert.Contains("Invoke-RmapWalk", error.ErrorDetails.RecommendedAction, StringComparison.Ordinal);
        _ = _host.Run("$r | Move-ProcessPage -Node 999").Error(ErrorReason.NumaNodeNotFound);
    }

    [Fact]
    public void Pages_move_to_another_node_and_back()
    {
        Needs.Root();
        Assert.SkipUnless(UsableNodes > 1, "needs a machine with two NUMA nodes");
        IReadOnlyList<PageMoveResult> results = _host.Run(
            "$n = (Get-NumaNode | Where-Object HasMemory).Id; $r = New-RmapRegion Anon 8; $n | ForEach-Object { $r | Move-ProcessPage -Node $_ }").All<PageMoveResult>();
        Assert.All(results, result => Assert.True(result.Verified));
    }

    [Theory]
    [InlineData("Invoke-RmapWalk $r -WhatIf")]
    [InlineData("Invoke-RmapWalk $r -Trigger PageOut -WhatIf")]
    [InlineData("$WhatIfPreference = $true; Invoke-RmapWalk $r -Trigger PageOut")]
    public void WhatIf_leaves_pages_where_they_are(string script)
    {
        Needs.Root();
        RmapRegion region = _host.Run("$r = New-RmapRegion File 2; $r").Single<RmapRegion>();
        Assert.SkipUnless(Page(region) is { Flags: { } flags } && (flags & PageFlags.SwapBacked) == 0, "needs a temporary folder on a disk");
        long? frame = Page(region).PageFrame;
        Assert.Empty(_host.Run(script).All<object>());
        Assert.Equal(frame, Page(region).PageFrame);
    }

    [Fact]
    public void Shared_pages_are_not_paged_out()
    {
        Needs.Ksm();
        string before = RealKsm.Snapshot();
        try
        {
            ErrorRecord error = _host.Run("$r = New-RmapRegion Ksm 30 -SplitVma; $null = Invoke-KsmMerge -Id $PID; Invoke-RmapWalk $r -Trigger PageOut").Error(ErrorReason.TriggerNotSupported);
            Assert.Contains("30", error.ToString(), StringComparison.Ordinal);
        }
        finally
        {
            _ = _host.Run("$r | Remove-RmapRegion");
            RealKsm.Empty();
        }

        Assert.Equal(before, RealKsm.Snapshot());
    }

    [Fact]
    public void Locked_pages_are_not_paged_out()
    {
        Needs.Root();
        using RmapRegion region = RmapRegion.Create(new KernelTree("/"), RmapPageType.File, 4, splitVma: false, TestContext.Current.CancellationToken);
        Assert.Equal(0, NativeCalls.LockMemory((nint)region.Address, (nuint)Environment.SystemPageSize));
        string trigger = $"Invoke-RmapWalk -Id $PID -Address {region.Address} -Trigger PageOut";
        ErrorRecord error = _host.Run(trigger).Error(ErrorReason.TriggerNotSupported);
        Assert.Contains("mlock", error.ToString(), StringComparison.Ordinal);
        Assert.Contains("munlock", error.ErrorDetails.RecommendedAction, StringComparison.Ordinal);
        Assert.True(Page(region).Present);
    }

    // Each CPU keeps the pages that were made on it for a while before they can be reclaimed, and madvise(2) empties only its own CPU's.
    [Fact]
    public void Pages_that_another_CPU_made_a_moment_ago_are_paged_out()
    {
        Needs.Root();
        Assert.SkipUnless(Environment.ProcessorCount > 1, "needs two CPUs");
        using var folder = new TemporaryFolder();
        using SwapFile? swap = SwapFile.TryAdd(folder);
        Assert.SkipUnless(swap is not null, "needs a kernel with swap, and a temporary folder that it can be in");
        for (int round = 0; round < 10; round++)
        {
            int pages = NativeCalls.On(0, () =>
            {
                using RmapRegion region = RmapRegion.Create(new KernelTree("/"), RmapPageType.Anon, 4, splitVma: false, TestContext.Current.CancellationToken);
                var target = TriggerTarget.Of(new KernelTree("/"), region, 4);
                return NativeCalls.On(1, () => RmapTriggers.Choose(RmapTrigger.PageOut, target).Run(TestContext.Current.CancellationToken).Pages);
            });
            Assert.Equal(4, pages);
        }
    }

    [Fact]
    public void A_region_that_is_not_merged_yet_is_warned_about()
    {
        Needs.Ksm();
        Assert.SkipUnless(File.Exists(CompactMemory) && new KernelTree("/").IsWritable(CompactMemory), "needs a kernel with CONFIG_COMPACTION");
        ModuleResult result = _host.Run("$r = New-RmapRegion Ksm 4; Invoke-RmapWalk $r");
        Assert.Contains("Invoke-KsmMerge", Assert.Single(result.Warnings), StringComparison.Ordinal);
        _ = _host.Run("$r | Remove-RmapRegion");
    }

    [Fact]
    public void Regions_and_processes_that_are_gone()
    {
        _ = _host.Run("$r = New-RmapRegion Anon 4; Remove-RmapRegion $r; Invoke-RmapWalk $r").Error(ErrorReason.TriggerNotSupported);
        _ = _host.Run("Invoke-RmapWalk -Id 2147483647 -Address 0x1000").Error(ErrorReason.ProcessNotFound);
    }

    [Fact]
    public void A_captured_tree_has_no_memory_to_work_on()
    {
        using var tree = new MemoryTree();
        tree.PutPages(MemoryTree.Present | 100);
        using var root = new KernelRoot(tree.Kernel);
        using var host = new ModuleHost();
        _ = host.Run($"Invoke-RmapWalk -Id {MemoryTree.Id} -Address {MemoryTree.Address}").Error(ErrorReason.TriggerNotSupported);
    }

    [Theory]
    [InlineData("0::/user.slice/a\n", "/sys/fs/cgroup/user.slice/a")]
    [InlineData("4:memory:/x\n0::/\n", "/sys/fs/cgroup")]
    [InlineData("4:memory:/x\n", null)]
    [InlineData("0::/../outside\n", null)]
    public void The_control_group_of_a_process(string groups, string? expected)
    {
        using var tree = new MemoryTree();
        tree.Put($"/proc/{MemoryTree.Id}/cgroup", groups)
            .Put("/proc/self/mountinfo", "24 1 0:5 / /sys rw shared:7 - sysfs sysfs rw\n35 24 0:30 / /sys/fs/cgroup rw,nosuid shared:9 - cgroup2 cgroup2 rw\n");
        Assert.Equal(expected, ControlGroupFolders.UnifiedOf(tree.Kernel, MemoryTree.Id));
    }

    [Fact]
    public void Failed_moves_are_one_error_that_says_how_many_and_why()
    {
        PageMoveResult[] results =
        [
            new() { Id = 5, Address = 0x1000, ToNode = 1, Status = PageMoveStatus.Moved, Attempts = 1 },
            new() { Id = 5, Address = 0x2000, ToNode = 1, Status = PageMoveStatus.EBUSY, Attempts = 10 },
            new() { Id = 5, Address = 0x3000, ToNode = 1, Status = PageMoveStatus.ENOENT },
        ];
        KsmToolsException failure = PageErrors.ForMoves(results, ksmdRuns: true);
        Assert.Equal(ErrorReason.PageMoveFailed, failure.Reason);
        Assert.Contains("2 of 3", failure.Message, StringComparison.Ordinal);
        Assert.Contains("EBUSY x 1, ENOENT x 1", failure.Message, StringComparison.Ordinal);
        Assert.Contains("0x2000", failure.Message, StringComparison.Ordinal);
        Assert.Contains("Stop-Ksm", failure.RecommendedAction, StringComparison.Ordinal);
        Assert.DoesNotContain("Stop-Ksm", PageErrors.ForMoves(results, ksmdRuns: false).RecommendedAction, StringComparison.Ordinal);
    }

    [Fact]
    public void Ctrl_C_does_not_wait_for_a_call_that_the_kernel_does_not_leave()
    {
        using var stop = new CancellationTokenSource(100);
        using var endless = new ManualResetEventSlim();
        Assert.Throws<OperationCanceledException>(() => TriggerThread.Run(
            () =>
            {
                endless.Wait(TestContext.Current.CancellationToken);
                return 1;
            },
            out _,
            stop.Token));
        endless.Set();
    }

    [Fact]
    public void What_fails_on_the_thread_fails_here() =>
        Assert.Throws<InvalidOperationException>(() => TriggerThread.Run<int>(() => throw new InvalidOperationException(), out _, TestContext.Current.CancellationToken));

    [Fact]
    public void Soft_offlining_asks_first()
    {
        CmdletAttribute cmdlet = (CmdletAttribute)Attribute.GetCustomAttribute(typeof(Commands.InvokeRmapWalkCommand), typeof(CmdletAttribute))!;
        Assert.Equal(ConfirmImpact.High, cmdlet.ConfirmImpact);
        Assert.Contains(WalkTrigger.All, trigger => trigger is { Kind: RmapTrigger.SoftOffline, OnlyByName: true });
    }

    public void Dispose() => _host.Dispose();

    private static ProcessPage Page(RmapRegion region) => new ProcessPages(new KernelTree("/")).ReadOne(region.Id, region.Address);
}
