using KsmTools.Rmap;

namespace KsmTools.Report;

/// <summary>Durations from one to below another, and how many walks took that long.</summary>
/// <param name="From">The shortest.</param>
/// <param name="To">What is longer than all.</param>
/// <param name="Count">Walks.</param>
internal readonly record struct LatencyBin(double From, double To, long Count);

/// <summary>Puts a histogram into bins that are about equally wide on a logarithmic scale and begin at round numbers.</summary>
internal static class LatencyBins
{
    // Steps of a decade, the finest first: preferred numbers (ISO 3) down to one.
    private static readonly double[][] Steps =
    [
        [1, 1.12, 1.25, 1.4, 1.6, 1.8, 2, 2.24, 2.5, 2.8, 3.15, 3.55, 4, 4.5, 5, 5.6, 6.3, 7.1, 8, 9],
        [1, 1.25, 1.6, 2, 2.5, 3.15, 4, 5, 6.3, 8],
        [1, 1.6, 2.5, 4, 6.3],
        [1, 2, 5],
        [1, 3],
        [1],
    ];

    /// <summary>Bins the durations, in the finest steps that keep within a number of bins. Durations of 0 are a bin of their own.</summary>
    /// <param name="statistics">A group with walks. Wide buckets of its histogram cannot be divided, and stay as they are.</param>
    /// <param name="most">How many bins there may be.</param>
    /// <returns>The bins from the shortest duration to the longest, empty ones between them included.</returns>
    public static IReadOnlyList<LatencyBin> Of(RmapWalkStatistics statistics, int most)
    {
        RmapHistogramBucket[] none = [.. statistics.Histogram.TakeWhile(bucket => bucket.FromNanoseconds <= 0)];
        RmapHistogramBucket[] some = [.. statistics.Histogram.Where(bucket => bucket.FromNanoseconds > 0)];
        LatencyBin[] zero = none.Length > 0 ? [new LatencyBin(0, none[^1].ToNanoseconds + 1.0, none.Sum(bucket => bucket.Count))] : [];
        if (some.Length == 0)
        {
            return zero;
        }

        if (some.Any(bucket => bucket.IsWide))
        {
            return [.. zero, .. some.Select(bucket => new LatencyBin(bucket.FromNanoseconds, bucket.ToNanoseconds + 1.0, bucket.Count))];
        }

        (long Value, long Count)[] walks = [.. some.SelectMany(bucket => Values(bucket, statistics))];
        return [.. zero, .. Fill(Edges(walks[0].Value, walks[^1].Value, most - zero.Length), walks)];
    }

    /// <summary>Which bin has the walk of a percentile: there is one in it.</summary>
    /// <param name="bins">What <see cref="Of"/> gave.</param>
    /// <param name="statistics">Of whom.</param>
    /// <param name="percentile">The percentile: the value of its bucket.</param>
    public static int IndexOf(IReadOnlyList<LatencyBin> bins, RmapWalkStatistics statistics, double percentile)
    {
        long value = statistics.Histogram.SelectMany(bucket => Values(bucket, statistics)).Select(walks => walks.Value).TakeWhile(value => value <= percentile).LastOrDefault();
        return Math.Max(0, bins.TakeWhile(bin => bin.From <= value).Count() - 1);
    }

    // Where the walks of a bucket are: at its top, which is what percentiles say of them. A round number and what differs from it in the fourth digit share a bucket, whose top is not below the
    // number. The least and the greatest walk are known exactly. Of a wide bucket the beginning will do, for it is a bin.
    private static IEnumerable<(long Value, long Count)> Values(RmapHistogramBucket bucket, RmapWalkStatistics statistics)
    {
        if (bucket.IsWide)
        {
            yield return (bucket.FromNanoseconds, bucket.Count);
            yield break;
        }

        long least = Holds(statistics.MinimumNanoseconds) ? 1 : 0;
        if (least > 0)
        {
            yield return (statistics.MinimumNanoseconds!.Value, least);
        }

        if (bucket.Count > least)
        {
            yield return (Holds(statistics.MaximumNanoseconds) ? statistics.MaximumNanoseconds!.Value : bucket.ToNanoseconds, bucket.Count - least);
        }

        bool Holds(long? value) => value >= bucket.FromNanoseconds && value <= bucket.ToNanoseconds;
    }

    private static List<double> Edges(double first, double last, int most)
    {
        List<double> edges = [];
        foreach (double[] steps in Steps)
        {
            edges = Edges(first, last, steps);
            if (edges.Count - 1 <= most)
            {
                break;
            }
        }

        return edges;
    }

    private static List<double> Edges(double first, double last, double[] steps)
    {
        var edges = new List<double>();

        // The logarithm of what is just below a power of ten may be that of the power.
        double lowest = Math.Pow(10, Math.Floor(Math.Log10(first) + 1e-9));
        for (double decade = lowest > first ? lowest / 10 : lowest; ; decade *= 10)
        {
            foreach (double step in steps)
            {
                // Nanoseconds are whole.
                double edge = Math.Round(decade * step, decade < 100 ? 0 : 6);
                if (edge <= first)
                {
                    edges.Clear();
                }

                if (edges.Count == 0 || edge > edges[^1])
                {
                    edges.Add(edge);
                }

                if (edge > last)
                {
                    return edges;
                }
            }
        }
    }

    private static IEnumerable<LatencyBin> Fill(List<double> edges, (long Value, long Count)[] walks)
    {
        int next = 0;
        for (int i = 0; i + 1 < edges.Count; i++)
        {
            long count = 0;
            for (; next < walks.Length && walks[next].Value < edges[i + 1]; next++)
            {
                count += walks[next].Count;
            }

            yield return new LatencyBin(edges[i], edges[i + 1], count);
        }
    }
}
