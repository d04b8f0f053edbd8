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
}
