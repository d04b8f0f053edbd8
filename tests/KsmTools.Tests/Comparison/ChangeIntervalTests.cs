using KsmTools.Rmap.Comparison;

namespace KsmTools.Tests.Comparison;

/// <summary>Whether intervals are as sure as they say, measured on walks from a seed.</summary>
public sealed class ChangeIntervalTests
{
    private const double Confidence = 0.95;
    private const int Draws = 200;

    // Three standard deviations of a share of 95% in 200 draws.
    private const double Slack = 0.046;

    [Theory]
    [InlineData(RmapMetric.Mean, 6, 6)]
    [InlineData(RmapMetric.Mean, 30, 12)]
    [InlineData(RmapMetric.Mean, 300, 300)]
    [InlineData(RmapMetric.P50, 6, 6)]
    [InlineData(RmapMetric.P50, 100, 40)]
    [InlineData(RmapMetric.P90, 60, 60)]
    [InlineData(RmapMetric.P99, 1000, 1000)]
    public void Walks_of_one_kind_are_told_apart_in_one_of_twenty_draws_at_most(RmapMetric metric, int before, int after)
    {
        var walks = new Walks(seed: 1);
        Assert.InRange(Covered(metric, walks, before, after, ratio: 1), Confidence - Slack, 1);
    }

    [Theory]
    [InlineData(RmapMetric.Mean, 12, 1.3)]
    [InlineData(RmapMetric.Mean, 2000, 1.3)]
    [InlineData(RmapMetric.P50, 30, 0.7)]
    [InlineData(RmapMetric.P90, 100, 1.3)]
    [InlineData(RmapMetric.P99, 1500, 2)]
    public void The_interval_holds_the_true_change(RmapMetric metric, int count, double ratio)
    {
        var walks = new Walks(seed: 2);
        Assert.InRange(Covered(metric, walks, count, count, ratio), Confidence - Slack, 1);
    }

    [Theory]
    [InlineData(RmapMetric.Mean)]
    [InlineData(RmapMetric.P50)]
    [InlineData(RmapMetric.P90)]
    public void A_shift_is_detected_and_more_walks_make_the_interval_narrower(RmapMetric metric)
    {
        var walks = new Walks(seed: 3);
        double former = double.PositiveInfinity;
        foreach (int count in (int[])[100, 1000, 10_000])
        {
            (double low, double high) = Interval(metric, walks, count, count, 1.5);
            Assert.InRange(high - low, 0, former * 0.6);
            former = high - low;
        }

        (double shown, _) = Interval(metric, walks, 2000, 2000, 1.2);
        Assert.True(shown > 1);
    }

    [Theory]
    [InlineData(RmapMetric.Mean, 5)]
    [InlineData(RmapMetric.P50, 4)]
    [InlineData(RmapMetric.P90, 15)]
    [InlineData(RmapMetric.P99, 100)]
    [InlineData(RmapMetric.P999, 1000)]
    public void Too_few_walks_set_no_bound(RmapMetric metric, int count)
    {
        (double low, double high) = Interval(metric, new Walks(seed: 4), count, count, ratio: 3);
        Assert.Equal((0, double.PositiveInfinity), (low, high));
    }

    [Fact]
    public void The_same_walks_give_the_same_interval() =>
        Assert.Equal(Interval(RmapMetric.Mean, new Walks(seed: 5), 50, 50, 1), Interval(RmapMetric.Mean, new Walks(seed: 5), 50, 50, 1));

    [Theory]
    [InlineData(RmapMetric.Mean)]
    [InlineData(RmapMetric.P99)]
    public void A_histogram_of_millions_says_what_its_walks_would(RmapMetric metric)
    {
        // The same shape with a hundred times the walks: a tenth of the width.
        Rmap.RmapWalkStatistics some = Walks.Measure(new Walks(seed: 6).Draw(40_000));
        var many = new Rmap.RmapWalkStatistics
        {
            Count = some.Count * 100,
            MinimumNanoseconds = some.MinimumNanoseconds,
            MaximumNanoseconds = some.MaximumNanoseconds,
            Histogram = [.. some.Histogram.Select(bucket => new Rmap.RmapHistogramBucket { FromNanoseconds = bucket.FromNanoseconds, ToNanoseconds = bucket.ToNanoseconds, Count = bucket.Count * 100 })],
        };
        (double low, double high) = ChangeInterval.Of(metric, new WalkSample(some), new WalkSample(some), Confidence);
        (double narrowLow, double narrowHigh) = ChangeInterval.Of(metric, new WalkSample(many), new WalkSample(many), Confidence);
        Assert.InRange(narrowHigh - narrowLow, (high - low) / 20, (high - low) / 6);
        Assert.InRange(1, narrowLow, narrowHigh);
    }

    [Fact]
    public void Drawing_from_classes_is_as_drawing_walks()
    {
        // 1,024 walks are drawn one by one, 1,025 by classes.
        long[] durations = new Walks(seed: 7).Draw(1025);
        (double low, double high) = Of(durations[..1024]);
        (double classesLow, double classesHigh) = Of(durations);
        Assert.Equal(low, classesLow, 0.03);
        Assert.Equal(high, classesHigh, 0.03);

        static (double Low, double High) Of(long[] durations) =>
            ChangeInterval.Of(RmapMetric.Mean, new WalkSample(Walks.Measure(durations)), new WalkSample(Walks.Measure(durations)), Confidence);
    }

    private static double Covered(RmapMetric metric, Walks walks, int before, int after, double ratio)
    {
        int covered = 0;
        for (int i = 0; i < Draws; i++)
        {
            (double low, double high) = Interval(metric, walks, before, after, ratio);
            covered += low <= ratio && ratio <= high ? 1 : 0;
        }

        return (double)covered / Draws;
    }

    private static (double Low, double High) Interval(RmapMetric metric, Walks walks, int before, int after, double ratio) => ChangeInterval.Of(
        metric, new WalkSample(Walks.Measure(walks.Draw(before))), new WalkSample(Walks.Measure(walks.Draw(after, 10_000 * ratio))), Confidence);
}
