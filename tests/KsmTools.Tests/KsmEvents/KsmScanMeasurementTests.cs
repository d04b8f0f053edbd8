using KsmTools.Records;
using KsmTools.Tracing.KsmEvents;

namespace KsmTools.Tests.KsmEvents;

/// <summary>What scans and merges are, told from their events.</summary>
public sealed class KsmScanMeasurementTests
{
    private long _time = 1_000;

    [Fact]
    public void A_scan_is_from_its_start_to_its_end()
    {
        KsmScanStatistics statistics = Measure(Scan(KsmEventKind.StartScan, 7), Scan(KsmEventKind.StopScan, 7, 2_000), Scan(KsmEventKind.StartScan, 8, 500), Scan(KsmEventKind.StopScan, 8, 4_000, 99));
        Assert.Equal((2, 0, 2_000, 4_000, 3_000.0, 99), (statistics.Scans, statistics.IncompleteScans, statistics.MinimumNanoseconds, statistics.MaximumNanoseconds, statistics.MeanNanoseconds, statistics.RmapItems));
        Assert.Equal((2_000, 4_000), (statistics.P50Nanoseconds, statistics.P99Nanoseconds));
        Assert.Equal((4, 6_500), (statistics.Events, statistics.WindowNanoseconds));
    }

    [Fact]
    public void Ends_without_their_starts_and_starts_without_their_ends_are_incomplete()
    {
        KsmScanStatistics statistics = Measure(
            Scan(KsmEventKind.StopScan, 6),
            Scan(KsmEventKind.StartScan, 7),
            Scan(KsmEventKind.StartScan, 7),
            Scan(KsmEventKind.StopScan, 7, 50),
            Scan(KsmEventKind.StartScan, 0),
            Scan(KsmEventKind.StopScan, 3),
            Scan(KsmEventKind.StartScan, 4));
        Assert.Equal((3, 5, 50, 50), (statistics.Scans, statistics.IncompleteScans, statistics.MinimumNanoseconds, statistics.MaximumNanoseconds));
    }

    [Fact]
    public void Two_pages_that_merge_are_two_places_and_one_new_page()
    {
        KsmScanStatistics statistics = Measure(Merge(false, 0), Merge(true, 0), Merge(true, 0));
        Assert.Equal((3, 1, 0), (statistics.PagesMerged, statistics.NewKsmPages, statistics.MergesFailed));
    }

    [Fact]
    public void A_first_half_whose_second_half_fails_is_taken_back()
    {
        KsmScanStatistics statistics = Measure(Merge(false, 0), Merge(true, -14), Merge(true, 0), Merge(true, -14), Merge(false, -14), Merge(true, -14));
        Assert.Equal((1, 0, 4), (statistics.PagesMerged, statistics.NewKsmPages, statistics.MergesFailed));
    }

    [Fact]
    public void Behind_lost_events_a_failure_belongs_to_nobody()
    {
        KsmEvent failed = Merge(true, -14, lost: 5);
        KsmScanStatistics statistics = Measure(Merge(false, 0), failed);
        Assert.Equal((1, 1, 1, 5), (statistics.PagesMerged, statistics.NewKsmPages, statistics.MergesFailed, statistics.LostEvents));
    }

    [Fact]
    public void Zero_pages_and_removals_are_counted_by_themselves()
    {
        KsmScanStatistics statistics = Measure(
            new KsmEvent { Kind = KsmEventKind.MergeOnePage, Error = 0 },
            new KsmEvent { Kind = KsmEventKind.MergeOnePage, Error = -14 },
            new KsmEvent { Kind = KsmEventKind.RemoveKsmPage },
            new KsmEvent { Kind = KsmEventKind.RemoveRmapItem },
            new KsmEvent { Kind = KsmEventKind.RemoveRmapItem, TimestampNanoseconds = 2_000_000_000 });
        Assert.Equal((0, 1, 1, 1, 2), (statistics.PagesMerged, statistics.ZeroPagesMerged, statistics.MergesFailed, statistics.KsmPagesRemoved, statistics.RmapItemsRemoved));
        Assert.Equal(0.5, statistics.MergesPerSecond);
        Assert.Equal(TimeSpan.FromSeconds(2), statistics.Window);
    }

    [Fact]
    public void Nothing_is_null_and_ticks_have_no_rate()
    {
        KsmScanStatistics nothing = new KsmScanMeasurement().Statistics().Single();
        Assert.Equal((0, null, null, null, null), (nothing.Scans, nothing.MinimumNanoseconds, nothing.WindowNanoseconds, nothing.MergesPerSecond, nothing.RmapItems));
        KsmScanStatistics ticks = Measure(new KsmEvent { Kind = KsmEventKind.MergeOnePage, Error = 0, TimeUnit = RmapTimeUnit.Ticks }, new KsmEvent { Kind = KsmEventKind.Exit, TimestampNanoseconds = 9, TimeUnit = RmapTimeUnit.Ticks });
        Assert.Equal((RmapTimeUnit.Ticks, null, 9, null), (ticks.TimeUnit, ticks.MergesPerSecond, ticks.WindowNanoseconds, ticks.Window));
    }

    [Fact]
    public void Nanoseconds_and_steps_are_not_added_up()
    {
        var measurement = new KsmScanMeasurement();
        measurement.Add(Scan(KsmEventKind.StartScan, 7));
        measurement.Add(Scan(KsmEventKind.StopScan, 7, 2_000));
        foreach ((KsmEventKind kind, long time) in new[] { (KsmEventKind.StartScan, 10L), (KsmEventKind.StopScan, 50_000L) })
        {
            measurement.Add(new KsmEvent { Kind = kind, Sequence = 7, TimestampNanoseconds = time, TimeUnit = RmapTimeUnit.Ticks, Path = "other", LostEventsBefore = 3 });
        }

        Assert.Equal(
            [(RmapTimeUnit.Nanoseconds, 1L, 2_000L, 6L), (RmapTimeUnit.Ticks, 1L, 49_990L, 6L)],
            measurement.Statistics().Select(statistics => (statistics.TimeUnit, statistics.Scans, statistics.MaximumNanoseconds!.Value, statistics.LostEvents)));
        Assert.True(measurement.HasTicks);
    }

    private static KsmScanStatistics Measure(params KsmEvent[] events)
    {
        var measurement = new KsmScanMeasurement();
        Array.ForEach(events, measurement.Add);
        return measurement.Statistics().Single();
    }

    private KsmEvent Scan(KsmEventKind kind, int sequence, long later = 10, long items = 5) =>
        new() { Kind = kind, Sequence = sequence, RmapItems = items, TimestampNanoseconds = _time += later };

    private KsmEvent Merge(bool hasPage, int error, long lost = 0) =>
        new() { Kind = KsmEventKind.MergeWithKsmPage, HasKsmPage = hasPage, Error = error, TimestampNanoseconds = _time += 10, LostEventsBefore = lost };
}
