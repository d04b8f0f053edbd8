using CsCheck;
using KsmTools.Records;
using KsmTools.Rmap;
using KsmTools.Rmap.Comparison;
using KsmTools.Tests.Support;

namespace KsmTools.Tests.Comparison;

public sealed class ComparerTests
{
    [Fact]
    public void Six_walks_each_show_a_thousandfold_change_and_no_tenfold_percentile_bound()
    {
        RmapWalkComparison found = Walks.Compare([539_426_000, 1_720_814_000, 900_000_000, 1_100_000_000, 700_000_000, 1_500_000_000], [412_000, 1_417_000, 600_000, 500_000, 450_000, 700_000]);
        Assert.Equal((RmapVerdict.Faster, RmapVerdict.Faster), (found.Verdict, found.Mean.Verdict));
        Assert.InRange(found.Mean.HighPercent!.Value, -100, -99);
        Assert.Equal((RmapVerdict.NoDifferenceShown, null, null), (found.P99.Verdict, found.P99.LowPercent, found.P99.HighPercent));
        Assert.InRange(found.P99.ChangePercent!.Value, -100, -99);
    }

    [Fact]
    public void Five_walks_each_show_nothing()
    {
        RmapWalkComparison found = Walks.Compare([1, 2, 3, 4, 5], [1_000_001, 1_000_002, 1_000_003, 1_000_004, 1_000_005], new RmapComparisonOptions { MaximumRegression = 0.1 });
        Assert.Equal((RmapVerdict.NoDifferenceShown, true), (found.Verdict, found.Passed));
        Assert.Equal(RmapMetric.Mean, Assert.Single(found.Undecided()).Metric);
    }

    [Fact]
    public void A_gate_fails_on_what_is_shown_and_exceeds_it()
    {
        var walks = new Walks(seed: 11);
        long[] before = walks.Draw(4000);
        long[] after = walks.Draw(4000, median: 13_000);
        Assert.False(Walks.Compare(before, after, new RmapComparisonOptions { MaximumRegression = 0.1 }).Passed);
        Assert.True(Walks.Compare(before, after, new RmapComparisonOptions { MaximumRegression = 0.5 }).Passed);
        Assert.True(Walks.Compare(after, before, new RmapComparisonOptions { MaximumRegression = 0 }).Passed);
        Assert.Null(Walks.Compare(before, after).Passed);
        Assert.Empty(Walks.Compare(before, after, new RmapComparisonOptions { MaximumRegression = 0.1 }).Undecided());
    }

    [Fact]
    public void Several_metrics_decide_together_with_wider_intervals()
    {
        var walks = new Walks(seed: 12);
        long[] before = walks.Draw(5000);

        // Half of the walks faster, and a tail that is slower.
        long[] after = [.. walks.Draw(5000, median: 6_000).Select((duration, index) => index % 20 == 0 ? duration * 100 : duration)];
        RmapWalkComparison alone = Walks.Compare(before, after, new RmapComparisonOptions { DecidedBy = [RmapMetric.P50] });
        RmapWalkComparison both = Walks.Compare(before, after, new RmapComparisonOptions { DecidedBy = [RmapMetric.P50, RmapMetric.P99, RmapMetric.P99] });
        Assert.Equal((RmapVerdict.Faster, RmapVerdict.Mixed), (alone.Verdict, both.Verdict));
        Assert.True(both.P50.HighPercent - both.P50.LowPercent > alone.P50.HighPercent - alone.P50.LowPercent);
        Assert.Equal([RmapMetric.P50, RmapMetric.P99], both.DecidedBy);
    }

    [Fact]
    public void What_is_on_one_side_only_or_in_other_units_cannot_be_compared()
    {
        RmapMeasuredSet anon = new() { Statistics = new RmapWalkStatistics { PageType = RmapPageType.Anon, Count = 1, MinimumNanoseconds = 1, MaximumNanoseconds = 1, MeanNanoseconds = 1, Histogram = [new() { FromNanoseconds = 1, ToNanoseconds = 1, Count = 1 }] } };
        RmapMeasuredSet ticks = new() { Statistics = new RmapWalkStatistics { PageType = RmapPageType.Ksm, TimeUnit = RmapTimeUnit.Ticks, Count = 1, MinimumNanoseconds = 1, MaximumNanoseconds = 1, MeanNanoseconds = 1, Histogram = anon.Statistics.Histogram } };
        RmapWalkComparison[] found = [.. RmapWalkComparer.Compare([Walks.Set(1, 2)], [anon, ticks], new RmapComparisonOptions { MaximumRegression = 1 }, TestContext.Current.CancellationToken)];
        Assert.Equal([RmapPageType.Ksm, RmapPageType.Anon], found.Select(item => item.PageType));
        Assert.All(found, item => Assert.Equal((RmapVerdict.NotComparable, false), (item.Verdict, item.Passed)));
        Assert.Equal((0L, 1L), (found[1].ReferenceCount, found[1].DifferenceCount));
    }

    [Fact]
    public void Walks_of_two_clocks_are_compared_by_each()
    {
        RmapMeasuredSet nanoseconds = Walks.Set(1, 2), ticks = new() { Statistics = Walks.Measure(500, 600, 700) with { TimeUnit = RmapTimeUnit.Ticks } };
        RmapWalkComparison[] found = [.. RmapWalkComparer.Compare([ticks, nanoseconds], [ticks], new RmapComparisonOptions(), TestContext.Current.CancellationToken)];
        Assert.Equal(
            [(RmapTimeUnit.Nanoseconds, 2L, 0L, RmapVerdict.NotComparable), (RmapTimeUnit.Ticks, 3L, 3L, RmapVerdict.NoDifferenceShown)],
            found.Select(item => (item.TimeUnit, item.ReferenceCount, item.DifferenceCount, item.Verdict)));
        Assert.Equal(600, found[1].Mean.ReferenceNanoseconds);
    }

    [Fact]
    public void Settings_keep_groups_apart()
    {
        RmapMeasuredSet[] sets = [.. ((long?[])[256, 16]).Select(setting => new RmapMeasuredSet { Statistics = Walks.Measure(1, 2, 3), MaxPageSharing = setting })];
        Assert.Equal([256L, 16L], RmapWalkComparer.Compare(sets, sets, new RmapComparisonOptions(), TestContext.Current.CancellationToken).Select(item => item.MaxPageSharing));
    }

    [Fact]
    public void Walks_of_no_time_are_compared_too()
    {
        RmapWalkComparison found = Walks.Compare([0, 0, 0, 0, 0, 0, 0], [0, 0, 0, 0, 0, 0, 0]);
        Assert.Equal((RmapVerdict.NoDifferenceShown, null), (found.Verdict, found.Mean.ChangePercent));
        RmapWalkComparison slower = Walks.Compare([0, 0, 0, 0, 0, 0, 0], [9, 9, 9, 9, 9, 9, 9], new RmapComparisonOptions { MaximumRegression = 0.1 });
        Assert.Equal((RmapVerdict.Slower, false, null), (slower.Verdict, slower.Passed, slower.Mean.HighPercent));
    }

    [Fact]
    public void Measurements_add_up_to_what_one_measurement_would_say() =>
        Gen.Long[0, 5_000_000].Array[1, 300].List[1, 4].ForAll(
            parts =>
            {
                RmapWalkStatistics sum = StatisticsSum.Of([.. parts.Select(part => Walks.Measure(part))]);
                RmapWalkStatistics whole = Walks.Measure([.. parts.SelectMany(part => part)]);
                Assert.Equal(
                    (whole.Count, whole.MinimumNanoseconds, whole.P50Nanoseconds, whole.P90Nanoseconds, whole.P99Nanoseconds, whole.MaximumNanoseconds, whole.TotalNanoseconds),
                    (sum.Count, sum.MinimumNanoseconds, sum.P50Nanoseconds, sum.P90Nanoseconds, sum.P99Nanoseconds, sum.MaximumNanoseconds, sum.TotalNanoseconds));
                Assert.Equal(whole.MeanNanoseconds!.Value, sum.MeanNanoseconds!.Value, 1e-6 * whole.MeanNanoseconds.Value);
                Assert.Equal(whole.StandardDeviationNanoseconds!.Value, sum.StandardDeviationNanoseconds!.Value, (1e-6 * whole.StandardDeviationNanoseconds.Value) + 1e-3);
                Assert.Equal(whole.Histogram.Select(bucket => (bucket.FromNanoseconds, bucket.Count)), sum.Histogram.Select(bucket => (bucket.FromNanoseconds, bucket.Count)));
            },
            cases: 100);
}
