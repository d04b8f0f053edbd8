using KsmTools.Records;
using KsmTools.Rmap;
using KsmTools.Rmap.Comparison;
using MathNet.Numerics.Distributions;
using MathNet.Numerics.Random;

namespace KsmTools.Tests.Comparison;

/// <summary>Walks by chance, from a seed.</summary>
internal sealed class Walks(int seed)
{
    private readonly Xoshiro256StarStar _random = new(seed);

    /// <summary>Durations as walks have them: most short, some very long.</summary>
    /// <param name="count">How many.</param>
    /// <param name="median">Their median in nanoseconds.</param>
    /// <param name="sigma">The standard deviation of their logarithm.</param>
    public long[] Draw(int count, double median = 10_000, double sigma = 0.8) =>
        [.. Enumerable.Range(0, count).Select(_ => (long)(median * Math.Exp(Normal.Sample(_random, 0, sigma))))];

    public static RmapWalkStatistics Measure(params long[] durations)
    {
        var measurement = new RmapWalkMeasurement(RmapGroupBy.PageType, new SymbolTable());
        foreach (long duration in durations)
        {
            measurement.Add(new RmapWalk { DurationNanoseconds = duration, PageType = RmapPageType.Ksm });
        }

        return Assert.Single(measurement.Statistics());
    }

    public static RmapMeasuredSet Set(params long[] durations) => new() { Statistics = Measure(durations) };

    public static RmapWalkComparison Compare(long[] reference, long[] difference, RmapComparisonOptions? options = null) =>
        Assert.Single(RmapWalkComparer.Compare([Set(reference)], [Set(difference)], options ?? new RmapComparisonOptions()));
}
