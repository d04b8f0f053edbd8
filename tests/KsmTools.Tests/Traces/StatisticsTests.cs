using CsCheck;
using KsmTools.Errors;
using KsmTools.Records;
using KsmTools.Rmap;
using KsmTools.Rmap.Comparison;
using KsmTools.Tests.Support;

namespace KsmTools.Tests.Traces;

public sealed class StatisticsTests
{
    private static RmapWalkStatistics Measure(params long[] durations)
    {
        var measurement = new RmapWalkMeasurement(RmapGroupBy.None, new SymbolTable());
        foreach (long duration in durations)
        {
            measurement.Add(new RmapWalk { DurationNanoseconds = duration });
        }

        return Assert.Single(measurement.Statistics());
    }

    [Theory]
    [InlineData(RmapGroupBy.PageType)]
    [InlineData(RmapGroupBy.None)]
    [InlineData(RmapGroupBy.PageType | RmapGroupBy.Command)]
    public void Nanoseconds_and_steps_are_not_added_up(RmapGroupBy groupBy)
    {
        var measurement = new RmapWalkMeasurement(groupBy, new SymbolTable());
        measurement.Add(new RmapWalk { PageType = RmapPageType.Ksm, DurationNanoseconds = 500, TimeUnit = RmapTimeUnit.Ticks });
        measurement.Add(new RmapWalk { PageType = RmapPageType.Ksm, DurationNanoseconds = 3 });
        measurement.Add(new RmapWalk { PageType = RmapPageType.Ksm, DurationNanoseconds = 700, TimeUnit = RmapTimeUnit.Ticks });
        Assert.Equal(
            [(RmapTimeUnit.Nanoseconds, 1L, 3L), (RmapTimeUnit.Ticks, 2L, 1_200L)],
            measurement.Statistics().Select(group => (group.TimeUnit, group.Count, group.TotalNanoseconds)));
    }

    [Fact]
    public void The_exact_ones_are_exact()
    {
        RmapWalkStatistics found = Measure(2, 4, 4, 4, 5, 5, 7, 9);
        Assert.Equal((8L, 2L, 9L, 40L, 5.0), (found.Count, found.MinimumNanoseconds, found.MaximumNanoseconds, found.TotalNanoseconds, found.MeanNanoseconds));
        Assert.Equal(Math.Sqrt(32.0 / 7), found.StandardDeviationNanoseconds!.Value, 12);
        Assert.Equal((4L, 9L, 9L), (found.P50Nanoseconds, found.P99Nanoseconds, found.P999Nanoseconds));
    }

    // What is squared in 128 bits, and what is not.
    [Theory]
    [InlineData(0, 1L << 50)]
    [InlineData(0, (1L << 50) + 1)]
    [InlineData(0, 1L << 61)]
    [InlineData(1L << 60, 1L << 61)]
    public void The_deviation_of_long_durations_is_exact(long one, long other) =>
        Assert.Equal((other - one) / Math.Sqrt(2), Measure(one, other).StandardDeviationNanoseconds!.Value, (other - one) * 1e-12);

    [Fact]
    public void One_walk_is_a_distribution_too()
    {
        RmapWalkStatistics found = Measure(0);
        Assert.Equal((0L, 0L, 0L, 0.0), (found.MinimumNanoseconds, found.P50Nanoseconds, found.MaximumNanoseconds, found.StandardDeviationNanoseconds));
        Assert.Equal(1, Assert.Single(found.Histogram).Count);
    }

    [Fact]
    public void The_longest_durations_neither_wrap_nor_saturate()
    {
        Assert.Equal(long.MaxValue, Measure(long.MaxValue).TotalNanoseconds);
        Assert.Equal(ErrorReason.TraceCorrupt, Assert.Throws<KsmToolsException>(() => Measure(long.MaxValue, 1)).Reason);
    }

    [Fact]
    public void Percentiles_have_three_digits_whatever_the_values()
    {
        Gen<long> any = Gen.OneOf(Gen.Long[0, 3000], Gen.Long[0, 5_000_000], Gen.Long[0, 1L << 50]);
        any.Array[1, 2000].ForAll(
            durations =>
            {
                RmapWalkStatistics found = Measure(durations);
                long[] sorted = [.. durations.Order()];
                foreach ((decimal share, long? value) in ((decimal, long?)[])[(0.5m, found.P50Nanoseconds), (0.9m, found.P90Nanoseconds), (0.99m, found.P99Nanoseconds), (0.999m, found.P999Nanoseconds)])
                {
                    long expected = sorted.First(value => sorted.Count(other => other <= value) >= share * sorted.Length);
                    Assert.InRange(value!.Value, expected - (expected / 1000) - 1, expected + (expected / 1000) + 1);
                }

                Assert.Equal(durations.Length, found.Histogram.Sum(bucket => bucket.Count));
                Assert.Equal((Int128)found.TotalNanoseconds, durations.Aggregate(Int128.Zero, (sum, one) => sum + one));
                Assert.All(found.Histogram, bucket => Assert.Equal(bucket.Count, durations.Count(one => one >= bucket.FromNanoseconds && one <= bucket.ToNanoseconds)));
            },
            cases: 200);
    }

    [Theory]
    [InlineData(1, 1, 1, 1, 1)]
    [InlineData(2, 1, 2, 2, 2)]
    [InlineData(6, 3, 6, 6, 6)]
    [InlineData(10, 5, 9, 10, 10)]
    [InlineData(100, 50, 90, 99, 100)]
    [InlineData(101, 51, 91, 100, 101)]
    [InlineData(1000, 500, 900, 990, 999)]
    [InlineData(1001, 501, 901, 991, 1000)]
    public void The_rank_of_a_percentile_is_raised_to_a_whole_number(int walks, long p50, long p90, long p99, long p999)
    {
        RmapWalkStatistics found = Measure([.. Enumerable.Range(1, walks)]);
        Assert.Equal((p50, p90, p99, p999), (found.P50Nanoseconds, found.P90Nanoseconds, found.P99Nanoseconds, found.P999Nanoseconds));
        RmapWalkStatistics sum = StatisticsSum.Of([Measure([.. Enumerable.Range(1, walks)]), new RmapWalkStatistics()]);
        Assert.Equal((p50, p90, p99, p999), (sum.P50Nanoseconds, sum.P90Nanoseconds, sum.P99Nanoseconds, sum.P999Nanoseconds));
    }

    [Fact]
    public void Two_long_walks_of_151_are_its_p99() =>
        Assert.Equal(100_000_000, Measure([.. Enumerable.Repeat(100_000L, 149), 100_000_000, 100_000_000]).P99Nanoseconds);

    [Fact]
    public void Groups_combine_and_what_is_not_grouped_by_is_null()
    {
        var measurement = new RmapWalkMeasurement(RmapGroupBy.Command | RmapGroupBy.Cpu, new SymbolTable());
        foreach ((string command, int cpu) in ((string, int)[])[("b", 0), ("a", 1), ("a", 0), ("a", 1), ("a thread with a very long name", 0)])
        {
            measurement.Add(new RmapWalk { Command = command, Cpu = cpu, ThreadId = 7, PageType = RmapPageType.Ksm, Caller = "f", Locked = true });
        }

        Assert.Equal(
            [("a", 0, 1L), ("a", 1, 2L), ("a thread with a very long name", 0, 1L), ("b", 0, 1L)],
            measurement.Statistics().Select(item => (item.Command, item.Cpu!.Value, item.Count)));
        Assert.All(measurement.Statistics(), item => Assert.Equal((null, null, null, null), (item.PageType, item.ThreadId, item.Locked, item.Caller)));
        Assert.All(measurement.Statistics(), item => Assert.Null(item.UnmatchedStarts));
    }
}
