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
    /// <param name="histogram">Buckets, ascending. Wide ones cannot be divided, and stay as they are.</param>
    /// <param name="most">How many bins there may be.</param>
    /// <returns>The bins from the shortest duration to the longest, empty ones between them included.</returns>
    public static IReadOnlyList<LatencyBin> Of(RmapHistogramBucket[] histogram, int most)
    {
        RmapHistogramBucket[] none = [.. histogram.TakeWhile(bucket => bucket.FromNanoseconds <= 0)];
        RmapHistogramBucket[] some = [.. histogram.Where(bucket => bucket.FromNanoseconds > 0)];
        LatencyBin[] zero = none.Length > 0 ? [new LatencyBin(0, none[^1].ToNanoseconds + 1.0, none.Sum(bucket => bucket.Count))] : [];
        if (some.Length == 0)
        {
            return zero;
        }

        return some.Any(bucket => bucket.IsWide)
            ? [.. zero, .. some.Select(bucket => new LatencyBin(bucket.FromNanoseconds, bucket.ToNanoseconds + 1.0, bucket.Count))]
            : [.. zero, .. Fill(Edges(some[0].FromNanoseconds, some[^1].FromNanoseconds, most - zero.Length), some)];
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
        for (double decade = Math.Pow(10, Math.Floor(Math.Log10(first) + 1e-9)); ; decade *= 10)
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

    private static IEnumerable<LatencyBin> Fill(List<double> edges, RmapHistogramBucket[] buckets)
    {
        int next = 0;
        for (int i = 0; i + 1 < edges.Count; i++)
        {
            long count = 0;
            for (; next < buckets.Length && buckets[next].FromNanoseconds < edges[i + 1]; next++)
            {
                count += buckets[next].Count;
            }

            yield return new LatencyBin(edges[i], edges[i + 1], count);
        }
    }
}
