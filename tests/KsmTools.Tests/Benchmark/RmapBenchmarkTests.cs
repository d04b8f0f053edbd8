using System.Diagnostics;
using System.Management.Automation;
using KsmTools.Benchmark;
using KsmTools.Errors;
using KsmTools.Memory;
using KsmTools.Memory.Triggers;
using KsmTools.Records;
using KsmTools.Rmap;
using KsmTools.Tests.Support;

namespace KsmTools.Tests.Benchmark;

/// <summary>The benchmark on the running kernel: whatever it is, compaction makes walks, and the migration tracepoints or the clock measure them.</summary>
public sealed class RmapBenchmarkTests : IDisposable
{
    private readonly ModuleHost _host = new();

    [Fact]
    public void Merged_pages_cost_more_than_others_and_everything_is_put_back()
    {
        Needs.Ksm();
        Needs.Migration();
        RealKsm.Empty();
        string settings = RealKsm.Snapshot();
        string tracing = RealTracing.Snapshot();
        IReadOnlyList<RmapBenchmarkResult> results =
            _host.Run("Invoke-RmapBenchmark Ksm, Anon -PageCount 3000 -Iterations 1 -Source MigrationPte -Trigger Compaction").All<RmapBenchmarkResult>();
        Assert.Equal([RmapPageType.Ksm, RmapPageType.Anon], results.Select(result => result.PageType!.Value));
        RmapBenchmarkResult merged = results[0];
        Assert.Equal((3000, 3000L, 3000, 1), (merged.PageCount, merged.MergedPages, merged.VmaCount, merged.Iterations));
        Assert.Equal(uint.Parse(RealKsm.Read("max_page_sharing"), null), merged.MaxPageSharing);
        Assert.Equal((RmapBenchmarkSource.MigrationPte, RmapTrigger.Compaction, RmapBenchmarkLayout.SplitVma), (merged.Source, merged.Trigger, merged.Layout));
        Assert.Equal(File.ReadAllText("/proc/sys/kernel/osrelease").Trim(), merged.Kernel);
        Assert.Equal(merged.Triggers.Sum(trigger => trigger.ElapsedNanoseconds), merged.ElapsedNanoseconds);
        Assert.NotEmpty(merged.NotCovered);
        foreach (RmapBenchmarkResult result in results)
        {
            Assert.Equal(result.Count, result.Walks.Length);
            Assert.All(result.Walks, walk => Assert.Equal((result.PageType, true), (walk.PageType, walk.Approximate)));
            Assert.InRange(result.Count, 1, long.MaxValue);
            Assert.True(result.Approximate);

            // Once for the walks, and once with the bystander.
            Assert.InRange(result.Rounds!.Value, 2, 100);
            Assert.Empty(result.Remarks());
            Assert.Equal(result.Walks.Select(walk => walk.DurationNanoseconds).DefaultIfEmpty().Max(), result.MaximumNanoseconds ?? 0);
        }

        Assert.Null(results[1].MaxPageSharing);
        Assert.Null(results[1].MergedPages);
        Observed(merged);
        Observed(results[1]);
        Assert.InRange(merged.BystanderMaximumNanoseconds!.Value, 1_000_000, merged.BystanderElapsedNanoseconds!.Value);

        // A page of 256 mappings among 3000 VMAs, against one mapping. Not by the mean: one walk that loses its processor for a moment makes it anything.
        Assert.InRange(merged.P50Nanoseconds!.Value, 100 * (results[1].P50Nanoseconds!.Value + 1), long.MaxValue);

        Assert.Equal(settings, RealKsm.Snapshot());
        Assert.Equal(0, RealKsm.OwnPages());
        Assert.Equal(tracing, RealTracing.Snapshot());
        Assert.Equal(0, CountOf(merged.Triggers[0].Address));
    }

    [Fact]
    public void Without_a_trace_whole_triggers_are_timed()
    {
        Needs.Migration();
        RmapBenchmarkResult result =
            _host.Run("Invoke-RmapBenchmark Anon -PageCount 100 -NoSplit -Iterations 4 -Source Elapsed -Trigger Compaction").Single<RmapBenchmarkResult>();
        Assert.Equal((4L, 4, 1), (result.Count, result.Triggers.Length, result.VmaCount));
        Assert.Equal(result.Triggers.Max(trigger => trigger.ElapsedNanoseconds), result.MaximumNanoseconds);
        Assert.Equal((0, false, RmapBenchmarkLayout.SingleVma), (result.Walks.Length, result.Approximate, result.Layout));
        Assert.Null(result.LostEvents);
        Assert.Empty(result.Unavailable);
    }

    [Fact]
    public void A_sweep_sets_each_value_and_puts_the_former_back()
    {
        Needs.Ksm();
        Needs.Migration();
        RealKsm.Empty();
        string settings = RealKsm.Snapshot();
        IReadOnlyList<RmapBenchmarkResult> results =
            _host.Run("Invoke-RmapBenchmark Ksm -PageCount 600 -Iterations 1 -MaxPageSharing 64, 16, 64 -Source Elapsed -Trigger Compaction").All<RmapBenchmarkResult>();
        Assert.Equal([64u, 16u], results.Select(result => result.MaxPageSharing!.Value));
        Assert.Equal([64u, 16u], results.Select(result => result.Settings!.MaxPageSharing!.Value));
        Assert.All(results, result => Assert.Equal(600, result.MergedPages));
        Assert.Equal(settings, RealKsm.Snapshot());
        Assert.Equal(0, RealKsm.OwnPages());
    }

    [Fact]
    public void Pages_that_others_have_merged_stay_merged_and_keep_max_page_sharing()
    {
        Needs.Ksm();
        Needs.Migration();
        RealKsm.Empty();
        _host.Run("$r = New-RmapRegion Ksm 300; $null = Invoke-KsmMerge -Id $PID").All<object>();
        try
        {
            string shared = RealKsm.Read("pages_shared");
            ErrorRecord error = _host.Run("Invoke-RmapBenchmark Ksm -MaxPageSharing 64").Error(ErrorReason.KnobBusy);
            Assert.Contains($"{shared} pages", error.ToString(), StringComparison.Ordinal);
            string sharing = RealKsm.Read("max_page_sharing");
            RmapBenchmarkResult same = _host.Run(
                $"Invoke-RmapBenchmark Ksm -PageCount 300 -MaxPageSharing {sharing} -Iterations 1 -Source Elapsed -Trigger Compaction").Single<RmapBenchmarkResult>();
            Assert.Equal(300, same.MergedPages);
            Assert.Equal(2, _host.Run("Get-ProcessPage $PID $r.Address -Count 300").All<ProcessPage>().Select(page => page.PageFrame).Distinct().Count());
        }
        finally
        {
            _host.Run("Remove-RmapRegion $r -Confirm:$false");
            RealKsm.Empty();
        }
    }

    [Fact]
    public void Merged_pages_of_forked_processes_are_one_page_in_all_of_them()
    {
        Needs.Ksm();
        Needs.Migration();
        RealKsm.Empty();
        string settings = RealKsm.Snapshot();
        RmapBenchmarkResult result = _host.Run("Invoke-RmapBenchmark Ksm -Forked -Children 9 -Iterations 3 -Source Elapsed -Trigger Compaction").Single<RmapBenchmarkResult>();
        Assert.Equal((RmapPageType.Ksm, RmapBenchmarkLayout.Forked, 3, 30L, 10), (result.PageType, result.Layout, result.PageCount, result.MergedPages, result.VmaCount));
        Assert.Equal(settings, RealKsm.Snapshot());
    }

    [Theory]
    [InlineData("Ksm -MaxPageSharing 1", ErrorReason.KnobValueInvalid)]
    [InlineData("Anon -PageCount 10 -Trigger PageOut -Source MigrationPte", ErrorReason.TriggerNotSupported)]
    [InlineData("Anon -PageCount 1000000000", ErrorReason.MemoryInsufficient)]
    public void What_cannot_be_is_refused(string arguments, ErrorReason reason)
    {
        Needs.Ksm();
        Needs.Migration();
        RealKsm.Empty();
        string settings = RealKsm.Snapshot();
        string tracing = RealTracing.Snapshot();
        _host.Run($"Invoke-RmapBenchmark {arguments}").Error(reason);
        Assert.Equal(settings, RealKsm.Snapshot());
        Assert.Equal(tracing, RealTracing.Snapshot());
    }

    // Its first row may unmerge the whole machine, for another max_page_sharing.
    [Theory]
    [InlineData("Invoke-RmapBenchmark Ksm -PageCount 1000000000 -WhatIf")]
    [InlineData("Invoke-RmapBenchmark File -PageCount 1000000000 -NoSplit -WhatIf")]
    [InlineData("Optimize-Ksm WalkLatency -MaximumWalkLatency 5ms -PageCount 1000000000 -WhatIf")]
    public void Pages_that_there_is_no_room_for_are_refused_before_anything_is_changed(string command)
    {
        Needs.Ksm();
        ModuleResult result = _host.Run(command);
        _ = result.Error(ErrorReason.MemoryInsufficient);
        Assert.Empty(result.Output);
    }

    [Fact]
    public void A_row_that_fails_is_an_error_of_its_own()
    {
        Needs.Migration();
        Assert.SkipWhen(File.Exists("/sys/kernel/mm/page_idle/bitmap"), "needs a kernel without idle page tracking");
        ModuleResult result = _host.Run("Invoke-RmapBenchmark Anon, File -PageCount 10 -Trigger PageIdle -Source Elapsed");
        Assert.Equal(2, result.Errors.Count);
        Assert.All(result.Errors, error => Assert.StartsWith("TriggerNotSupported", error.FullyQualifiedErrorId, StringComparison.Ordinal));
    }

    [Fact]
    public void A_captured_tree_has_nothing_to_walk()
    {
        using var tree = new FakeKsmTree();
        using var root = new KernelRoot(tree);
        using var host = new ModuleHost();
        host.Run("Invoke-RmapBenchmark Anon").Error(ErrorReason.TriggerNotSupported);
    }

    [Fact]
    public void An_ordinary_user_is_told_what_is_missing()
    {
        ShellResult result = RealShell.RunAsOrdinaryUser("try { Invoke-RmapBenchmark Ksm -PageCount 10 } catch { $_.FullyQualifiedErrorId }");
        Assert.StartsWith(Directory.Exists("/sys/kernel/mm/ksm") ? "AccessDenied," : "KsmNotSupported,", result.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void What_others_had_merged_stays_merged_also_where_max_page_sharing_is_asked_for_as_it_is()
    {
        Needs.Ksm();
        Needs.Migration();
        RealKsm.Empty();
        string present = RealKsm.Read("max_page_sharing");
        ModuleResult run = _host.Run($$"""
            $region = New-RmapRegion Ksm 1000
            $null = Invoke-KsmMerge
            $merged = [long](Get-Content /proc/self/ksm_merging_pages)
            $null = Invoke-RmapBenchmark Ksm -MaxPageSharing {{present}} -PageCount 100 -Iterations 1 -Source Elapsed -Trigger Compaction -WarningAction Ignore
            [long](Get-Content /proc/self/ksm_merging_pages) -ge $merged
            Invoke-RmapBenchmark Ksm -MaxPageSharing {{(present == "64" ? 32 : 64)}} -PageCount 100 -Iterations 1 -Source Elapsed -Trigger Compaction
            Remove-RmapRegion $region
            """);
        Assert.Equal("KnobBusy", Assert.Single(run.Errors).FullyQualifiedErrorId.Split(',')[0]);
        Assert.True((bool)Assert.Single(run.Output).BaseObject);
        RealKsm.Empty();
    }

    [Fact]
    public void Interrupted_while_merging_it_puts_everything_back_at_once()
    {
        Needs.Ksm();
        RealKsm.Empty();
        string settings = RealKsm.Snapshot();

        // More pages take the kernel more time to free: 200,000 a quarter of a second where others have the processors.
        Interruption.EndsAtOnce("Invoke-RmapBenchmark Ksm -PageCount 50000 -NoSplit -Source Elapsed", _ => RealKsm.Read("run") == "1", afterwards: () =>
        {
            Assert.Equal(settings, RealKsm.Snapshot());
            Assert.False(File.Exists("/run/ksmtools/journal"));
        });
    }

    [Fact]
    public void Interrupted_while_the_kernel_walks_it_leaves_settings_and_tracing_as_they_were()
    {
        Needs.Ksm();
        Needs.Migration();
        RealKsm.Empty();
        string settings = RealKsm.Snapshot();
        string tracing = RealTracing.Snapshot();
        IAsyncResult run = _host.Start("Invoke-RmapBenchmark Ksm -Source MigrationPte -Trigger Compaction", out System.Management.Automation.PowerShell shell);
        using (shell)
        {
            Wait.Until(() => run.IsCompleted || RealTracing.Sessions() is [var session, ..] && RealTracing.HasEvents(session), "no walk was seen");
            Assert.False(run.IsCompleted);
            shell.Stop();
            Assert.True(run.IsCompleted);
        }

        Assert.Equal(settings, RealKsm.Snapshot());
        Assert.Equal(tracing, RealTracing.Snapshot());
    }

    [Fact]
    public void After_a_kill_Restore_puts_back_settings_and_removes_the_session()
    {
        Needs.Ksm();
        Needs.Migration();
        RealKsm.Empty();
        string settings = RealKsm.Snapshot();
        string tracing = RealTracing.Snapshot();
        using (Process shell = RealShell.Start("Invoke-RmapBenchmark Ksm -MaxPageSharing 64 -Source MigrationPte -Trigger Compaction"))
        {
            Wait.Until(() => RealTracing.Sessions().Count > 0, "no session was made", shell);
            shell.Kill();
            shell.WaitForExit();
        }

        Assert.NotEqual(settings, RealKsm.Snapshot());
        Assert.Contains(_host.Run("Get-KsmStatus").Warnings, warning => warning.Contains("Restore-KsmConfiguration", StringComparison.Ordinal));
        Assert.Empty(_host.Run("Restore-KsmConfiguration -Confirm:$false").Errors);
        Assert.Equal(settings, RealKsm.Snapshot());
        Assert.Equal(tracing, RealTracing.Snapshot());
    }

    [Theory]
    [InlineData("Anon -PageCount 100 -NoBystander", "not asked for")]
    [InlineData("Anon -PageCount 7", "7 pages are too few")]
    [InlineData("Anon -Forked -Children 2", "other processes")]
    public void Without_a_bystander_it_says_why(string arguments, string why)
    {
        Needs.Migration();
        RmapBenchmarkResult result = _host.Run($"Invoke-RmapBenchmark {arguments} -Iterations 1 -Source Elapsed -Trigger Compaction").Single<RmapBenchmarkResult>();
        Assert.Contains(why, result.NoBystander, StringComparison.Ordinal);
        Assert.Empty(result.Bystanders);
        Assert.Equal((null, null, null, null), (result.BystanderMaximumNanoseconds, result.BystanderP99Nanoseconds, result.BystanderP50Nanoseconds, result.BystanderElapsedNanoseconds));
    }

    [Fact]
    public void What_limits_a_result_is_said()
    {
        var walks = new RmapWalkStatistics { PageType = RmapPageType.Ksm, Count = 4 };
        var whole = new RmapBenchmarkResult(walks) { Source = RmapBenchmarkSource.MigrationPte, PageCount = 100, MergedPages = 100, Rounds = 2 };
        Assert.Empty(whole.Remarks());
        Assert.Contains("somebody unmerged", Assert.Single((whole with { WereUnmerged = true }).Remarks()), StringComparison.Ordinal);
        var none = new RmapBenchmarkResult(new RmapWalkStatistics { PageType = RmapPageType.Ksm }) { Source = RmapBenchmarkSource.MigrationPte, Rounds = 18, NotMoved = "For a reason." };
        Assert.Equal("Ksm: compaction left these pages where they are, 18 times. For a reason.", Assert.Single(none.Remarks()));
    }

    public void Dispose() => _host.Dispose();

    private static void Observed(RmapBenchmarkResult result)
    {
        Assert.Equal(Enum.GetValues<RmapBystanderCall>(), result.Bystanders.Select(calls => calls.Call));
        Assert.All(result.Bystanders, calls => Assert.InRange(calls.WithoutWalks.Count, 1, long.MaxValue));
        Assert.Equal(result.Bystanders.Max(calls => calls.MaximumNanoseconds), result.BystanderMaximumNanoseconds);
        Assert.InRange(result.BystanderP50Nanoseconds!.Value, 0, result.BystanderP99Nanoseconds!.Value);
        Assert.InRange(result.BystanderP99Nanoseconds.Value, 0, result.BystanderMaximumNanoseconds!.Value);
        Assert.InRange(result.BystanderElapsedNanoseconds!.Value, 1, long.MaxValue);
        Assert.Empty(result.NoBystander);
    }

    // Mappings of this process that hold an address.
    private static int CountOf(long address) => File.ReadLines("/proc/self/maps").Count(line =>
    {
        string[] range = line.Split(' ')[0].Split('-');
        return Convert.ToInt64(range[0], 16) <= address && Convert.ToInt64(range[1], 16) > address;
    });
}
