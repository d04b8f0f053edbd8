using System.Diagnostics;
using KsmTools.Errors;
using KsmTools.Files;
using KsmTools.Interop;
using KsmTools.Memory;
using KsmTools.Memory.Triggers;
using KsmTools.Migration;
using KsmTools.Records;
using KsmTools.Tests.Support;

namespace KsmTools.Tests.Migration;

/// <summary>The test of migration on the running kernel, which leaves the knobs as they were and no process behind.</summary>
public sealed class KsmMigrationTests : IDisposable
{
    private const string HolderName = "memfd:ksmtools-holder";

    private readonly ModuleHost _host = new();
    private string? _before;

    private static int UsableNodes => new NumaNodes(new KernelTree("/")).Read().Count(node => node.HasMemory);

    [Theory]
    [InlineData(KsmMigrationScenario.Basic, 32, 32, 31, 32)]
    [InlineData(KsmMigrationScenario.Mremap, 32, 32, 15, 16)]
    [InlineData(KsmMigrationScenario.Fork, 32, 32, 31, 64)]
    [InlineData(KsmMigrationScenario.Process, 32, 32, 31, 32)]
    [InlineData(KsmMigrationScenario.Mremap, 5, 4, 1, 2)]
    public void Merged_pages_migrate_with_all_their_mappings(KsmMigrationScenario scenario, int asked, int pageCount, long sharing, int mappings)
    {
        Begin();
        Assert.SkipWhen(scenario == KsmMigrationScenario.Process && ProcessControl.ProbeMemoryMerge() != Errno.None, "needs a kernel with PR_SET_MEMORY_MERGE");
        KsmMigrationTest result = _host.Run($"Test-KsmMigration {scenario} -PageCount {asked}").Single<KsmMigrationTest>();
        Assert.Equal((scenario, pageCount), (result.Scenario, result.PageCount));
        Assert.Equal((1L, sharing), (result.PagesShared, result.PagesSharing));
        Assert.InRange(result.Attempts, 1, KsmMigrationTester.MaximumAttempts);
        Assert.InRange(result.Duration, TimeSpan.FromTicks(1), TimeSpan.FromHours(1));
        Assert.Equal(UsableNodes > 1 ? RmapTrigger.MovePages : RmapTrigger.Compaction, result.Trigger);
        Assert.Equal(UsableNodes > 1, result.ToNode is not null);
        if (result.Result == KsmMigrationVerdict.Skip)
        {
            // Compaction chooses what it migrates.
            Assert.Equal((RmapTrigger.Compaction, 0, 0), (result.Trigger, result.MigratedPages, result.MappingsVerified));
            Assert.NotNull(result.Remedy);
            Assert.Skip(result.Reason);
        }

        Assert.True(result.Result == KsmMigrationVerdict.Pass, result.Reason);
        Assert.Equal((1, mappings), (result.MigratedPages, result.MappingsVerified));
        Assert.Null(result.Remedy);
    }

    // 31 processes with 8 pages each: ksmd makes one page of 248, the others are the same 8 pages everywhere.
    [Theory]
    [InlineData(KsmMigrationPageType.Ksm, 1)]
    [InlineData(KsmMigrationPageType.Anon, 8)]
    [InlineData(KsmMigrationPageType.Shared, 8)]
    [InlineData(KsmMigrationPageType.File, 8)]
    public void Pages_that_each_process_of_a_tree_has_moved_migrate_with_all_mappings(KsmMigrationPageType pageType, int pages)
    {
        Begin();
        KsmMigrationTest result = _host.Run($"Test-KsmMigration Tree -PageType {pageType}").Single<KsmMigrationTest>();
        Assert.Equal((KsmMigrationScenario.Tree, pageType, 8), (result.Scenario, result.PageType, result.PageCount));
        Assert.Equal(pageType == KsmMigrationPageType.Ksm ? (1L, 247L) : (null, null), (result.PagesShared, result.PagesSharing));
        if (result.Result == KsmMigrationVerdict.Skip)
        {
            Assert.Equal((RmapTrigger.Compaction, 0, 0), (result.Trigger, result.MigratedPages, result.MappingsVerified));
            Assert.Skip(result.Reason);
        }

        Assert.True(result.Result == KsmMigrationVerdict.Pass, result.Reason);
        Assert.InRange(result.MigratedPages, 1, pages);
        Assert.Equal(result.MigratedPages * 248 / pages, result.MappingsVerified);
        if (UsableNodes > 1)
        {
            Assert.Equal(pages, result.MigratedPages);
        }
    }

    [Fact]
    public void Merged_pages_go_to_swap_with_all_their_mappings_and_come_back()
    {
        Begin();
        using ZramSwap? swap = ZramSwap.Make();
        ReclaimGroup.Place? place = ReclaimGroup.Find(new KernelTree("/"));
        KsmMigrationTest result = _host.Run("Test-KsmMigration Swap").Single<KsmMigrationTest>();
        Assert.Equal((KsmMigrationScenario.Swap, KsmMigrationPageType.Ksm), (result.Scenario, result.PageType));
        Assert.True(place is null || Directory.GetDirectories(place.Value.Folder, "ksmtools-reclaim-*").Length == 0, "a group is left");
        Assert.SkipWhen(result.Result == KsmMigrationVerdict.Skip, result.Reason);
        Assert.True(result.Result == KsmMigrationVerdict.Pass, result.Reason);
        Assert.Equal((1L, 31L, 1, 32), (result.PagesShared, result.PagesSharing, result.MigratedPages, result.MappingsVerified));
        Assert.Equal((RmapTrigger.Reclaim, null, null), (result.Trigger, result.FromNode, result.ToNode));
    }

    [Fact]
    public void A_group_of_a_process_that_was_killed_is_removed_by_the_next()
    {
        Needs.Root();
        ReclaimGroup.Place? place = ReclaimGroup.Find(new KernelTree("/"));
        Assert.SkipWhen(place is null, "needs control groups with the memory controller");
        string left = place.Value.NameOf(int.MaxValue);
        Directory.CreateDirectory(left);
        using (ReclaimGroup.Create(new KernelTree("/")))
        {
            Assert.False(Directory.Exists(left));
            Assert.True(Directory.Exists(place.Value.NameOf(Environment.ProcessId)));
        }

        Assert.False(Directory.Exists(place.Value.NameOf(Environment.ProcessId)));
    }

    [Fact]
    public void Kinds_of_pages_choose_the_scenarios_that_have_them()
    {
        Begin();
        ModuleResult run = _host.Run("Test-KsmMigration -PageType Shared, Anon -PageCount 4");
        Assert.Equal(
            [(KsmMigrationScenario.Tree, KsmMigrationPageType.Anon), (KsmMigrationScenario.Tree, KsmMigrationPageType.Shared)],
            run.All<KsmMigrationTest>().Select(result => (result.Scenario, result.PageType)));
    }

    [Fact]
    public void A_scenario_without_pages_of_the_kinds_is_an_error()
    {
        Needs.Ksm();
        KsmToolsException failure = (KsmToolsException)_host.Run("Test-KsmMigration Tree, Fork -PageType Anon").Error(ErrorReason.KnobValueInvalid).Exception;
        Assert.StartsWith("Fork is about merged pages", failure.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(KsmMigrationScenario.Mremap, KsmMigrationStep.Mremap)]
    [InlineData(KsmMigrationScenario.Fork, KsmMigrationStep.Fork)]
    public void Ksmd_runs_while_pages_are_to_be_merged_and_at_no_other_time(KsmMigrationScenario scenario, KsmMigrationStep step)
    {
        Begin();
        var seen = new List<(KsmMigrationStep Step, string Run)>();
        var options = new KsmMigrationOptions { Scenarios = [scenario], PageCount = 32 };
        KsmMigrationTest result = new KsmMigrationTester(new KernelTree("/"), options).Run("Test", progress => seen.Add((progress.Step, RealKsm.Read("run"))), TestContext.Current.CancellationToken).Single();
        Assert.InRange(result.PagesSharing!.Value, 1, 31);
        Assert.All(seen.Where(look => look.Step != KsmMigrationStep.Merge), look => Assert.Equal("0", look.Run));
        Assert.Contains(seen, look => look.Step == step);
        Assert.Contains(seen, look => look.Step == KsmMigrationStep.Migrate);
    }

    [Fact]
    public void All_scenarios_are_tested_in_turn_and_each_once()
    {
        Begin();
        ModuleResult run = _host.Run("Test-KsmMigration Fork, Basic, Fork -PageCount 8");
        Assert.Equal([KsmMigrationScenario.Fork, KsmMigrationScenario.Basic], run.All<KsmMigrationTest>().Select(result => result.Scenario));
    }

    [Fact]
    public void Quiet_says_yes_or_warns_why_not()
    {
        Begin();
        ModuleResult run = _host.Run("Test-KsmMigration -Quiet -PageCount 8");
        bool passed = run.Single<bool>();
        Assert.Equal(passed, run.Warnings.Count < KsmMigrationCase.Of(Enum.GetValues<KsmMigrationScenario>(), pageTypes: null).Length);
        Assert.All(run.Warnings, warning => Assert.Contains("was skipped", warning, StringComparison.Ordinal));
    }

    [Fact]
    public void More_pages_than_may_share_one_are_several()
    {
        Begin();
        Assert.SkipUnless(RealKsm.Read("max_page_sharing") == "256", "needs the default max_page_sharing");
        KsmMigrationTest result = _host.Run("Test-KsmMigration Basic -PageCount 600").Single<KsmMigrationTest>();
        Assert.Equal((3L, 597L), (result.PagesShared, result.PagesSharing));
        Assert.NotEqual(KsmMigrationVerdict.Fail, result.Result);
    }

    [Theory]
    [InlineData(KsmMigrationScenario.Basic, 32)]
    [InlineData(KsmMigrationScenario.Fork, 32)]
    public void What_is_expected_wrongly_fails_and_says_what_was_seen(KsmMigrationScenario scenario, int pageCount)
    {
        Begin();
        var tester = new KsmMigrationTester(new KernelTree("/"), new KsmMigrationOptions { Scenarios = [scenario], Expected = new PageSharing(1, 15) });
        KsmMigrationTest result = Assert.Single(tester.Run("test", null, TestContext.Current.CancellationToken));
        Assert.Equal(KsmMigrationVerdict.Fail, result.Result);
        Assert.Contains("expected 1 shared, 15 sharing, seen 1 shared, 31 sharing", result.Reason, StringComparison.Ordinal);
        Assert.Contains($"{pageCount} equal pages", result.Reason, StringComparison.Ordinal);
        Assert.Equal((null, 0, 0), (result.Trigger, result.MigratedPages, result.MappingsVerified));
        Assert.NotNull(result.Remedy);
    }

    [Fact]
    public void Time_that_does_not_suffice_for_merging_is_no_failure()
    {
        Begin();
        KsmMigrationTest result = _host.Run("Test-KsmMigration Basic -PageCount 100000 -Timeout 1ms").Single<KsmMigrationTest>();
        Assert.Equal((KsmMigrationVerdict.Skip, 1, 0), (result.Result, result.Attempts, result.MigratedPages));
        Assert.Contains("0.001 s", result.Reason, StringComparison.Ordinal);
        Assert.Contains("-Timeout", result.Remedy, StringComparison.Ordinal);
    }

    [Fact]
    public void Ctrl_C_ends_it_at_once_and_puts_everything_back()
    {
        Begin();
        Interruption.EndsAtOnce(
            "while ($true) { $null = Test-KsmMigration Fork -PageCount 100000 }",
            _ => RealKsm.Read("run") == "1",
            afterwards: () => Assert.False(File.Exists("/run/ksmtools/journal")));
    }

    [Fact]
    public void WhatIf_says_what_would_be_done_and_does_nothing()
    {
        Begin();
        string scans = RealKsm.Read("full_scans");
        Assert.Empty(_host.Run("Test-KsmMigration -WhatIf").All<object>());
        Assert.Equal(scans, RealKsm.Read("full_scans"));
    }

    [Fact]
    public void A_captured_tree_has_no_memory_to_test()
    {
        using var tree = new FakeKsmTree();
        using var root = new KernelRoot(tree);
        using var host = new ModuleHost();
        _ = host.Run("Test-KsmMigration").Error(ErrorReason.TriggerNotSupported);
    }

    [Fact]
    public void A_kernel_without_KSM_is_an_error()
    {
        using var folder = new TemporaryFolder();
        using var root = new KernelRoot(new KernelTree(folder.Path));
        using var host = new ModuleHost();
        _ = host.Run("Test-KsmMigration").Error(ErrorReason.KsmNotSupported);
    }

    [Fact]
    public void A_region_whose_half_was_moved_is_unmapped_and_nothing_beside_it()
    {
        var region = RmapRegion.Create(new KernelTree("/"), RmapPageType.Anon, 32, splitVma: false, TestContext.Current.CancellationToken);
        long moved = region.Address + (16 * region.PageSize);
        region.MoveSecondHalfOverFirst();
        Assert.Equal(16, region.PageCount);
        Assert.True(region.TryTouch(0, 16));
        Assert.Equal(16, new ProcessPages(new KernelTree("/")).Read(region.Id, region.Address, 16, TestContext.Current.CancellationToken).Count(page => page.Present));

        // What is mapped where the half was is somebody else's.
        nint other = MemoryCalls.Map((nint)moved, (nuint)region.PageSize, MemoryCalls.Read, MemoryCalls.Private | MemoryCalls.Anonymous | MemoryCalls.Fixed, -1, 0);
        try
        {
            region.Dispose();
            Assert.Equal(Errno.None, Read(moved));
            Assert.Equal(Errno.EIO, Read(region.Address));
            Assert.Equal(Errno.EIO, Read(region.Address + (15 * region.PageSize)));
        }
        finally
        {
            _ = MemoryCalls.Unmap(other, (nuint)region.PageSize);
        }
    }

    public void Dispose()
    {
        _host.Dispose();
        if (_before is not null)
        {
            RealKsm.Empty();
            Assert.Equal(_before, RealKsm.Snapshot());
            Assert.Empty(Holders());
        }
    }

    private static Errno Read(long address)
    {
        _ = KernelFile.TryOpen(KernelTree.Running, "/proc/self/mem", out KernelFile? memory);
        using (memory)
        {
            return memory!.TryRead(new byte[1], address, out _);
        }
    }

    private static string[] Holders() =>
    [
        .. Process.GetProcesses().Where(process => ParentOf(process.Id) == Environment.ProcessId)
            .Select(process => File.ResolveLinkTarget($"/proc/{process.Id}/exe", returnFinalTarget: false)?.FullName ?? string.Empty)
            .Where(link => link.Contains(HolderName, StringComparison.Ordinal)),
    ];

    private static int ParentOf(int id)
    {
        try
        {
            return int.Parse(File.ReadLines($"/proc/{id}/status").First(line => line.StartsWith("PPid:", StringComparison.Ordinal))[5..], System.Globalization.CultureInfo.InvariantCulture);
        }
        catch (IOException)
        {
            return 0;
        }
    }

    private void Begin()
    {
        Needs.Ksm();
        Assert.SkipUnless(RealKsm.Read("run") != "1", "KSM is in use on this machine");
        Assert.SkipUnless(UsableNodes > 1 || new KernelTree("/").IsWritable("/proc/sys/vm/compact_memory"), "needs two NUMA nodes, or memory compaction");
        RealKsm.Empty();
        _before = RealKsm.Snapshot();
    }
}
