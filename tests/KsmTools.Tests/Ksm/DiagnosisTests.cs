using KsmTools.Ksm;
using KsmTools.Merge;
using KsmTools.Tests.Support;

namespace KsmTools.Tests.Ksm;

/// <summary>What is said of merged pages: of KSM pages and zero pages, and of those that are written again.</summary>
public sealed class DiagnosisTests
{
    private const string AsOf = "As of ksmd's last scan 20,000 mappings share KSM pages";
    private const string Undone = "Merging is being undone: 2,000 pages/s are copied on write.";

    // 20,000 mappings of KSM pages on a machine that does well.
    private static readonly KsmReadings Well = new(KsmRunState.Running, 9, 20_000, 0, 5, 5, 19_921 * 4096, 1_000_000);
    private static readonly KsmConfiguration Usual = new() { PagesToScan = 100, SleepMilliseconds = 20 };

    [Theory]
    [InlineData(20_000, 0, "Merging works and saves 77.8 MiB. " + AsOf + ".")]
    [InlineData(0, 262_144, "Merging works and saves 77.8 MiB. 262,144 zero pages take no memory.")]
    [InlineData(20_000, 7, "Merging works and saves 77.8 MiB. " + AsOf + ", and 7 zero pages take no memory.")]
    public void Merging_says_what_is_merged_and_what_that_saves(long merged, long zero, string message)
    {
        KsmDiagnosis diagnosis = KsmDiagnostician.Diagnose(Well with { Merged = merged, ZeroPages = zero }, Usual);
        Assert.Equal(new KsmDiagnosis(KsmVerdict.Merging, message, null), diagnosis);
    }

    [Theory]
    [InlineData(0, 0, 0, "ksmd is stopped, and nothing is merged.")]
    [InlineData(20_000, 0, 0, "ksmd is stopped, and no new pages merge. " + AsOf + ". Mappings that were written or removed since still count.")]
    [InlineData(0, 300, 0, "ksmd is stopped, and no new pages merge. 300 zero pages take no memory.")]
    [InlineData(20_000, 300, 0, "ksmd is stopped, and no new pages merge. " + AsOf + ", and 300 zero pages take no memory. Mappings that were written or removed since still count.")]
    [InlineData(20_000, 0, 2000, "ksmd is stopped, and no new pages merge. " + AsOf + ". Mappings that were written or removed since still count. " + Undone)]
    [InlineData(0, 300, 2000, "ksmd is stopped, and no new pages merge. 300 zero pages take no memory.")]
    public void A_ksmd_that_stands_still_knows_what_its_last_scan_saw(long merged, long zero, long copied, string message)
    {
        KsmReadings readings = Well with { RunState = KsmRunState.Stopped, Merged = merged, ZeroPages = zero, Copied = copied, CopiedPerSecond = copied };
        KsmDiagnosis diagnosis = KsmDiagnostician.Diagnose(readings, Usual);
        Assert.Equal((KsmVerdict.Stopped, message), (diagnosis.Verdict, diagnosis.Message));
    }

    [Theory]
    [InlineData(20_000, 2000L, 1.0, true)]
    [InlineData(20_000, 34L, 1.0, true)]
    [InlineData(20_000, 33L, 1.0, false)]
    [InlineData(20_000, 10L, 0.1, true)]
    [InlineData(20, 9L, 0.1, false)]
    [InlineData(20, 10L, 300.0, true)]
    [InlineData(20, 10L, 301.0, false)]
    [InlineData(20_000, 0L, 1.0, false)]
    [InlineData(20_000, -2000L, 1.0, false)]
    [InlineData(20_000, null, 1.0, false)]
    [InlineData(0, 2000L, 1.0, false)]
    public void What_would_all_be_copied_within_ten_minutes_is_being_undone(long merged, long? copied, double seconds, bool isUndone)
    {
        KsmReadings readings = Well with { Merged = merged, ZeroPages = 5, Copied = copied, CopiedPerSecond = copied / seconds };
        KsmDiagnosis diagnosis = KsmDiagnostician.Diagnose(readings, Usual);
        Assert.Equal(isUndone ? KsmVerdict.BeingUndone : KsmVerdict.Merging, diagnosis.Verdict);
        Assert.Equal(isUndone, diagnosis.Message.Contains("are copied on write", StringComparison.Ordinal));
        Assert.Equal(isUndone, diagnosis.Remedy?.Contains("-SleepMilliseconds", StringComparison.Ordinal) == true);
    }

    [Fact]
    public void Being_undone_says_the_rate_and_how_many_are_merged()
    {
        KsmReadings readings = Well with { Copied = 400, CopiedPerSecond = 2000.4 };
        Assert.Equal($"{Undone} {AsOf}.", KsmDiagnostician.Diagnose(readings, Usual).Message);
        readings = Well with { Merged = 20, Copied = 10, CopiedPerSecond = 0.0334 };
        Assert.StartsWith("Merging is being undone: 0.03 pages/s are", KsmDiagnostician.Diagnose(readings, Usual).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(KsmVerdict.BeingUndone, KsmRunState.Running, 1L, 100u, 20u)]
    [InlineData(KsmVerdict.BeingUndone, KsmRunState.Running, 1L, 1u, 4_294_967_295u)]
    [InlineData(KsmVerdict.Unprofitable, KsmRunState.Running, -1L, 100u, 20u)]
    [InlineData(KsmVerdict.ScanTooSlow, KsmRunState.Running, 1L, 0u, 20u)]
    [InlineData(KsmVerdict.Unmerged, KsmRunState.Unmerged, 1L, 100u, 20u)]
    [InlineData(KsmVerdict.WaitingForMemoryOffline, KsmRunState.Running | KsmRunState.Offline, 1L, 100u, 20u)]
    public void More_fundamental_reasons_come_first(KsmVerdict verdict, KsmRunState run, long profit, uint batch, uint sleep)
    {
        KsmReadings readings = Well with { RunState = run, Profit = profit, Copied = 2000, CopiedPerSecond = 2000 };
        KsmDiagnosis diagnosis = KsmDiagnostician.Diagnose(readings, new KsmConfiguration { PagesToScan = batch, SleepMilliseconds = sleep });
        Assert.Equal(verdict, diagnosis.Verdict);
        Assert.Equal(verdict is KsmVerdict.BeingUndone or KsmVerdict.Unprofitable or KsmVerdict.ScanTooSlow, diagnosis.Message.Contains(Undone, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(0, 0, 0, "ksmd runs and looks at no page: pages_to_scan is 0.")]
    [InlineData(0, 0, 500, "ksmd runs and looks at no page: pages_to_scan is 0.")]
    [InlineData(20_000, 0, 0, "ksmd runs and looks at no page: pages_to_scan is 0. " + AsOf + ". Mappings that were written or removed since still count.")]
    [InlineData(0, 9, 0, "ksmd runs and looks at no page: pages_to_scan is 0. 9 zero pages take no memory.")]
    public void Batches_of_no_page_are_told_as_that(long merged, long zero, long unshared, string message)
    {
        KsmReadings readings = Well with { Merged = merged, ZeroPages = zero, Unshared = unshared, Volatile = 0 };
        KsmDiagnosis diagnosis = KsmDiagnostician.Diagnose(readings, new KsmConfiguration { PagesToScan = 0, SleepMilliseconds = 20 });
        Assert.Equal((KsmVerdict.ScanTooSlow, message), (diagnosis.Verdict, diagnosis.Message));
        Assert.Contains("Set-KsmConfiguration -PagesToScan 100", diagnosis.Remedy, StringComparison.Ordinal);
    }

    [Fact]
    public void A_scan_of_more_years_than_a_duration_holds_is_told()
    {
        KsmReadings readings = Well with { Merged = 0, Unshared = long.MaxValue / 2 };
        KsmDiagnosis diagnosis = KsmDiagnostician.Diagnose(readings, new KsmConfiguration { PagesToScan = 1, SleepMilliseconds = uint.MaxValue });
        Assert.Equal(KsmVerdict.ScanTooSlow, diagnosis.Verdict);
    }

    [Fact]
    public void Zero_pages_alone_are_merged_pages_in_every_command()
    {
        using FakeKsmTree tree = ZeroPagesOnly();
        using var root = new KernelRoot(tree);
        using var host = new ModuleHost();
        KsmStatus status = host.Run("Get-KsmStatus").Single<KsmStatus>();
        Assert.Equal((KsmVerdict.Merging, "Merging works and saves 1.0 GiB. 262,144 zero pages take no memory."), (status.Verdict, status.Diagnosis.Message));
        Assert.Contains("\nksm_diagnosis{verdict=\"Merging\"} 1\n", host.Run("ConvertTo-KsmMetric").Single<string>(), StringComparison.Ordinal);
        Assert.True(host.Run("(Test-KsmSupport | Where-Object Name -EQ State).Available").Single<bool>());
        Assert.Equal(KsmVerdict.Merging, host.Run("Watch-Ksm -Interval 10ms -Count 1").Single<KsmStatusSample>().Status.Verdict);
        Assert.Null(KsmMergeRun.RemarkOn(new KsmMergeResult { Before = status, After = status, Converged = true }));
    }

    [Theory]
    [InlineData("0")]
    [InlineData(null)]
    public void Nothing_at_all_is_remarked_on(string? zeroPages)
    {
        using FakeKsmTree tree = ZeroPagesOnly();
        tree["ksm_zero_pages"] = zeroPages;
        KsmStatus status = new KsmStatusReader(tree).Read();
        Assert.Equal(KsmVerdict.NothingMergeable, status.Verdict);
        Assert.NotNull(KsmMergeRun.RemarkOn(new KsmMergeResult { Before = status, After = status, Converged = true }));
    }

    private static FakeKsmTree ZeroPagesOnly()
    {
        var tree = new FakeKsmTree { ["run"] = "1", ["use_zero_pages"] = "1", ["ksm_zero_pages"] = "262144", ["full_scans"] = "10", ["general_profit"] = "1056964608" };
        tree.SetPageSize(4096);
        Directory.CreateDirectory(Path.Combine(tree.Root, "proc"));
        return tree;
    }
}
