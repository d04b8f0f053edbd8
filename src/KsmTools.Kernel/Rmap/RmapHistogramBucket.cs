using KsmTools.Records;

namespace KsmTools.Rmap;

/// <summary>A bucket of a latency histogram: how many walks took from one duration to another. Buckets are as fine as three significant digits.</summary>
public sealed class RmapHistogramBucket
{
    /// <summary>What the durations count: nanoseconds, or the steps of a clock that has no unit of time.</summary>
    public RmapTimeUnit TimeUnit { get; init; }

    /// <summary>The shortest duration that falls into it, in nanoseconds.</summary>
    public long FromNanoseconds { get; init; }

    /// <summary>The longest duration that falls into it, in nanoseconds.</summary>
    public long ToNanoseconds { get; init; }

    /// <summary>Walks in it; never 0.</summary>
    public long Count { get; init; }

    /// <summary>Whether it is wider than three significant digits, as the powers of two are by which the kernel counts: nobody knows where in it its walks are.</summary>
    internal bool IsWide => ToNanoseconds - FromNanoseconds > FromNanoseconds / 1000.0;

    /// <summary>Whether its walks are known to have taken no longer than a bound. A bound is taken to three significant digits, as durations are, unless the bucket is wider.</summary>
    /// <param name="bound">Nanoseconds.</param>
    internal bool IsWithin(long bound) => (IsWide ? ToNanoseconds : FromNanoseconds) <= bound;

    /// <summary>Buckets of several histograms as one.</summary>
    /// <param name="buckets">The buckets, in any order.</param>
    /// <returns>Ascending by their tops.</returns>
    internal static RmapHistogramBucket[] Together(IEnumerable<RmapHistogramBucket> buckets) =>
    [
        .. buckets.GroupBy(bucket => (bucket.FromNanoseconds, bucket.ToNanoseconds))
            .OrderBy(group => group.Key.ToNanoseconds)
            .ThenBy(group => group.Key.FromNanoseconds)
            .Select(group => new RmapHistogramBucket
            {
                TimeUnit = group.Max(bucket => bucket.TimeUnit),
                FromNanoseconds = group.Key.FromNanoseconds,
                ToNanoseconds = group.Key.ToNanoseconds,
                Count = group.Sum(bucket => bucket.Count),
            }),
    ];

    /// <summary>
    /// The least value that at least this share of the values does not exceed (nearest rank, raised: no share is claimed that fewer values have): the top of its
    /// bucket; null without values.
    /// </summary>
    /// <param name="buckets">The buckets, ascending by their tops.</param>
    /// <param name="percentile">From 0 to 100; a decimal, of which shares such as 99.9% of 1000 are exact.</param>
    internal static long? Percentile(RmapHistogramBucket[] buckets, decimal percentile)
    {
        long rank = Math.Max(1, (long)decimal.Ceiling(percentile * buckets.Sum(bucket => bucket.Count) / 100));
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
