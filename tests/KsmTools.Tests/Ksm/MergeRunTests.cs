using KsmTools.Errors;
using KsmTools.Merge;
using KsmTools.Tests.Support;

namespace KsmTools.Tests.Ksm;

/// <summary>When a run takes ksmd for idle, on a kernel that counts nothing within a scan.</summary>
public sealed class MergeRunTests : IDisposable
{
    private const string Asleep = "36 (ksmd) S 2 0 0 0 -1 2129984 0 0 0 0 150 250 0 0 25 5 1 0 9 0 0 0 0";

    private readonly FakeKsmTree _tree = new() { ["pages_scanned"] = null };

    public void Dispose() => _tree.Dispose();

    [Fact]
    public void A_ksmd_that_sleeps_and_knows_no_page_has_nothing_to_do()
    {
        _tree.Put("proc/36/stat", Asleep);
        Assert.True(Run(TimeSpan.FromSeconds(10)).Converged);
    }

    [Theory]
    [InlineData("2")]
    [InlineData("0")]
    public void A_ksmd_that_somebody_else_stops_has_not_converged(string run)
    {
        _tree.Put("proc/36/stat", Asleep);
        _tree["pages_unshared"] = "5";
        var merge = new KsmMergeRun(_tree, new KsmMergeOptions { Timeout = TimeSpan.FromMinutes(2) });
        KsmMergeResult result = merge.Run("Invoke-KsmMerge", _ => (_tree["run"], _tree["pages_unshared"]) = (run, "0"), CancellationToken.None);
        Assert.False(result.Converged);
        Assert.Equal(ErrorReason.KnobBusy, merge.FailureOf(result)?.Reason);
        Assert.Null(KsmMergeRun.RemarkOn(result));
    }

    /// <summary>The time of a nap and a half passes between two looks, as on a machine that has other work.</summary>
    [Fact]
    public void A_ksmd_that_waits_for_a_processor_and_naps_between_batches_is_not_idle()
    {
        string waiting = Asleep.Replace(" S ", " R ", StringComparison.Ordinal);
        _tree.Put("proc/36/stat", waiting);
        int looks = 0;
        Assert.False(Run(TimeSpan.FromSeconds(3), look =>
        {
            _tree.Put("proc/36/stat", ++looks % 3 == 0 ? Asleep : waiting);
            Thread.Sleep(look.Elapsed < TimeSpan.FromSeconds(2) ? 600 : 0);
        }).Converged);
        Assert.True(looks > 3);
    }

    [Theory]
    [InlineData("0", 1, 2)]
    [InlineData("0", 2, 2)]
    [InlineData("0", 5, 5)]
    [InlineData("3", 1, 3)]
    [InlineData("3", 5, 5)]
    public void Merging_has_converged_after_as_many_whole_scans_as_prove_it(string @volatile, int asked, long scans)
    {
        // The first counted scan began before the run: one with no page left to place, or two that merge nothing, are whole after that.
        _tree["pages_volatile"] = @volatile;
        int looks = 0;
        KsmMergeResult result = Run(TimeSpan.FromMinutes(2), _ => _tree["full_scans"] = $"{++looks}", asked);
        Assert.Equal((true, scans), (result.Converged, result.FullScans));
    }

    [Fact]
    public void A_scan_that_merges_something_is_not_the_last()
    {
        _tree["pages_volatile"] = "3";
        int looks = 0;
        KsmMergeResult result = Run(TimeSpan.FromMinutes(2), _ =>
        {
            _tree["pages_sharing"] = $"{Math.Min(++looks, 5)}";
            _tree["full_scans"] = $"{looks}";
        });
        Assert.Equal((true, 6L), (result.Converged, result.FullScans));
    }

    [Fact]
    public void No_page_is_passed_over_while_it_runs_and_smart_scan_and_the_advisor_come_back()
    {
        _tree["advisor_mode"] = "none [scan-time]";
        _tree["pages_to_scan"] = "500";
        string before = _tree.Snapshot();
        int looks = 0;
        _ = Run(TimeSpan.FromMinutes(2), _ =>
        {
            Assert.Equal(("0", "[none] scan-time", "4096", "0", "1"), (_tree["smart_scan"], _tree["advisor_mode"], _tree["pages_to_scan"], _tree["sleep_millisecs"], _tree["run"]));
            _tree["full_scans"] = $"{++looks}";
        });
        _tree["full_scans"] = "0";
        Assert.Equal(before, _tree.Snapshot());
        Assert.Equal(2, looks);
    }

    private KsmMergeResult Run(TimeSpan limit, Action<KsmMergeProgress>? progress = null, int scans = 2) =>
        new KsmMergeRun(_tree, new KsmMergeOptions { Timeout = limit, FullScans = scans }).Run("test", progress, TestContext.Current.CancellationToken);
}
