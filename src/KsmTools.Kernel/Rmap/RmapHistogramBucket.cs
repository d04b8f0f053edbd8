namespace KsmTools.Rmap;

/// <summary>A bucket of a latency histogram: how many walks took from one duration to another. Buckets are as fine as three significant digits.</summary>
public sealed class RmapHistogramBucket
{
    /// <summary>The shortest duration that falls into it, in nanoseconds.</summary>
    public long FromNanoseconds { get; init; }

    /// <summary>The longest duration that falls into it, in nanoseconds.</summary>
    public long ToNanoseconds { get; init; }

    /// <summary>Walks in it; never 0.</summary>
    public long Count { get; init; }

    /// <summary>The value below or at which this share of the values lies: the top of its bucket; null without values.</summary>
    /// <param name="buckets">The buckets, ascending.</param>
    /// <param name="percentile">From 0 to 100.</param>
    internal static long? Percentile(RmapHistogramBucket[] buckets, double percentile)
    {
        long rank = Math.Max(1, (long)((percentile / 100 * buckets.Sum(bucket => bucket.Count)) + 0.5));
        foreach (RmapHistogramBucket bucket in buckets)
        {
            rank -= bucket.Count;
            if (rank <= 0)
            {
                return bucket.ToNanoseconds;
            }
        }

        return null;
    }
}
