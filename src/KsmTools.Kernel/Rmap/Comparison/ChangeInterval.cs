using MathNet.Numerics.Distributions;
using MathNet.Numerics.Random;

namespace KsmTools.Rmap.Comparison;

/// <summary>
/// Confidence intervals of the ratio of a metric of two sets of walks, by a bootstrap with a fixed seed: the same walks give the same interval.
/// </summary>
internal static class ChangeInterval
{
    private const int Draws = 2000;
    private const int Seed = 20_240_811;

    /// <summary>The interval of difference / reference.</summary>
    /// <param name="metric">The metric.</param>
    /// <param name="reference">One side, not empty.</param>
    /// <param name="difference">The other side, not empty.</param>
    /// <param name="confidence">How sure, from 0 to 1.</param>
    /// <returns>The ends; 0 and infinity where the walks set no bound.</returns>
    public static (double Low, double High) Of(RmapMetric metric, WalkSample reference, WalkSample difference, double confidence) =>
        metric == RmapMetric.Mean ? OfMean(reference, difference, 1 - confidence) : OfPercentile(ShareOf(metric), reference, difference, 1 - confidence);

    /// <summary>A percentile as a share.</summary>
    private static double ShareOf(RmapMetric metric) => metric switch
    {
        RmapMetric.P50 => 0.5,
        RmapMetric.P90 => 0.9,
        RmapMetric.P99 => 0.99,
        RmapMetric.P999 => 0.999,
        _ => throw new ArgumentOutOfRangeException(nameof(metric)),
    };

    private static (double Low, double High) OfMean(WalkSample reference, WalkSample difference, double error)
    {
        long fewest = Math.Min(reference.Count, difference.Count);

        // That all walks lie on one side of the mean must be less likely than the error allows: nothing drawn from them could tell.
        if (2 * Math.Pow(0.5, fewest) > error)
        {
            return (0, double.PositiveInfinity);
        }

        // The percentile interval of few walks is too narrow; this makes it as wide as Student's t does (Hesterberg, What Teachers Should Know about the Bootstrap, 2015).
        double student = StudentT.InvCDF(0, 1, fewest - 1, 1 - (error / 2));
        double tail = Normal.CDF(0, 1, -Math.Sqrt(fewest / (fewest - 1.0)) * student);
        var random = new Xoshiro256StarStar(Seed);
        double[] ratios = new double[Draws];
        for (int i = 0; i < Draws; i++)
        {
            ratios[i] = Ratio(difference.DrawMean(random), reference.DrawMean(random));
        }

        Array.Sort(ratios);
        return (ratios[Rank(tail)], ratios[^(Rank(tail) + 1)]);
    }

    private static (double Low, double High) OfPercentile(double share, WalkSample reference, WalkSample difference, double error)
    {
        var random = new Xoshiro256StarStar(Seed);
        double[] low = new double[Draws];
        double[] high = new double[Draws];
        for (int i = 0; i < Draws; i++)
        {
            (double Low, double High) before = reference.DrawPercentile(random, share);
            (double Low, double High) after = difference.DrawPercentile(random, share);
            low[i] = double.IsInfinity(before.High) ? 0 : Ratio(after.Low, before.High);
            high[i] = double.IsInfinity(after.High) ? double.PositiveInfinity : Ratio(after.High, before.Low);
        }

        Array.Sort(low);
        Array.Sort(high);
        int rank = Rank(error / 2);
        return (low[rank], high[^(rank + 1)]);
    }

    private static int Rank(double tail) => Math.Max(0, (int)((tail * Draws) + 0.5) - 1);

    // Clocks of a microsecond measure walks of 0: twice nothing is nothing, and anything else is infinitely more.
    private static double Ratio(double difference, double reference) =>
        reference > 0 ? difference / reference : difference > 0 ? double.PositiveInfinity : 1;
}
