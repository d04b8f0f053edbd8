using KsmTools.Errors;
using KsmTools.Tests.Support;
using KsmTools.Tuning;

namespace KsmTools.Tests.Tuning;

public sealed class ScanTimeTests : IDisposable
{
    private readonly FakeKsmTree _tree = new();

    public void Dispose() => _tree.Dispose();

    [Fact]
    public void The_advisor_comes_after_its_limits_and_pages_to_scan_is_left_to_it()
    {
        ScanTimePolicy policy = Policy(new ScanTimeOptions { TargetScanTime = TimeSpan.FromSeconds(299.5), MaximumCpu = 40, MinimumPagesToScan = 700 });
        KsmRecommendation recommendation = policy.Recommend();
        Assert.Equal((KsmTuningAction.Set, false), (recommendation.Action, recommendation.Applied));
        Assert.Empty(_tree.Writes);
        Assert.True(policy.TryApply(recommendation, "Test")!.Applied);
        Assert.Equal(["advisor_max_cpu=40", "advisor_min_pages_to_scan=700", "advisor_target_scan_time=300", "advisor_mode=scan-time"], _tree.Writes);
        Assert.Equal(_tree.Writes.Count, recommendation.Changes.Length);
        Assert.Equal(KsmTuningAction.None, policy.Recommend().Action);
    }

    [Fact]
    public void A_kernel_without_an_advisor_says_what_to_do_instead()
    {
        _tree["advisor_mode"] = null;
        KsmToolsException failure = Assert.Throws<KsmToolsException>(() => Policy(new ScanTimeOptions()).Recommend());
        Assert.Equal(ErrorReason.KnobNotSupported, failure.Reason);
        Assert.Contains("MemoryPressure", failure.RecommendedAction, StringComparison.Ordinal);
    }

    [Fact]
    public void Nothing_scanned_means_nothing_foretold()
    {
        KsmRecommendation recommendation = Policy(new ScanTimeOptions()).Recommend();
        Assert.Null(recommendation.ShortestScanTime);
        Assert.Null(recommendation.ExpectedCpuPercent);
        Assert.Null(recommendation.ExpectedPagesToScan);
        Assert.StartsWith("ksmd knows no page", recommendation.Reasons[0], StringComparison.Ordinal);
    }

    // Ten million pages at 10 us: 100 s of CPU time. Asleep 20 ms after each batch.
    [Theory]
    [InlineData(200, 70, 30_000u, 142.857, 50, 2000, "A full scan in 200 s takes 50 %")]
    [InlineData(110, 70, 30_000u, 142.857, 90.909, 20_000, "the limit is 70 %: it will take 142.9 s")]
    [InlineData(90, 100, 30_000u, 106.667, 111.111, null, "the limit is 100 %")]
    [InlineData(104, 100, 30_000u, 106.667, 96.154, 50_000, "the limit is 30,000: it will take 106.7 s")]
    [InlineData(2000, 5, 30_000u, 1000, 5, 106, "A full scan in 2,000 s takes 5 %")]
    public void Whether_the_target_can_be_met_follows_from_the_cost_since_boot(
        int target, uint cpu, uint pages, double shortest, double percent, int? expectedPages, string reason)
    {
        _tree["pages_shared"] = "1000000";
        _tree["pages_sharing"] = "8000000";
        _tree["pages_unshared"] = "900000";
        _tree["pages_volatile"] = "100000";
        _tree["pages_scanned"] = "50000000";
        _tree.Put("proc/77/stat", "77 (ksmd) S 2 0 0\n");
        _tree.Put("proc/77/schedstat", "500000000000 0 1\n");
        KsmRecommendation recommendation = Policy(new ScanTimeOptions { TargetScanTime = TimeSpan.FromSeconds(target), MaximumCpu = cpu, MaximumPagesToScan = pages }).Recommend();
        Assert.Equal(shortest, recommendation.ShortestScanTime!.Value.TotalSeconds, 2);
        Assert.Equal(percent, recommendation.ExpectedCpuPercent!.Value, 2);
        Assert.Equal(expectedPages, recommendation.ExpectedPagesToScan);
        Assert.Contains(reason, recommendation.Reasons[0], StringComparison.Ordinal);
        Assert.Equal(cpu < 10, recommendation.Reasons.Any(text => text.Contains("10 % of a CPU at least", StringComparison.Ordinal)));
    }

    private ScanTimePolicy Policy(ScanTimeOptions options) => new(_tree, options);
}
