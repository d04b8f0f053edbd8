using System.Text;
using KsmTools.Errors;
using KsmTools.Records;

namespace KsmTools.Rmap;

/// <summary>What walks of one kind cost.</summary>
public abstract record RmapDurationStatistics
{
    /// <summary>The page type; null where walks of all types were put together, or the source does not say.</summary>
    public RmapPageType? PageType { get; init; }

    /// <summary>Walks: starts with their ends.</summary>
    public long Count { get; init; }

    /// <summary>The shortest walk; null without walks. In nanoseconds, or in the clock's steps (<see cref="TimeUnit"/>), as all durations here.</summary>
    public long? MinimumNanoseconds { get; init; }

    /// <summary>The mean; null without walks.</summary>
    public double? MeanNanoseconds { get; init; }

    /// <summary>
    /// Half of the walks took no longer; null without walks. A percentile is the duration of the walk whose rank is that share of the count, raised to a whole
    /// number, to three significant digits; of what the kernel counted by powers of two the top of its bucket, which the minimum and the maximum are bounds of, too.
    /// </summary>
    public long? P50Nanoseconds { get; init; }

    /// <summary>90% of the walks took no longer; null without walks.</summary>
    public long? P90Nanoseconds { get; init; }

    /// <summary>99% of the walks took no longer; null without walks.</summary>
    public long? P99Nanoseconds { get; init; }

    /// <summary>99.9% of the walks took no longer; null without walks.</summary>
    public long? P999Nanoseconds { get; init; }

    /// <summary>The longest walk; null without walks.</summary>
    public long? MaximumNanoseconds { get; init; }

    /// <summary>The standard deviation of a sample; 0 for one walk, null without walks.</summary>
    public double? StandardDeviationNanoseconds { get; init; }

    /// <summary>All walks together.</summary>
    public long TotalNanoseconds { get; init; }

    /// <summary>Starts of this group without an end; null where only walks came in and nobody can know. A start alone does not know its caller.</summary>
    public long? UnmatchedStarts { get; init; }

    /// <summary>Ends of this group without a start; null where only walks came in.</summary>
    public long? UnmatchedEnds { get; init; }

    /// <summary>Walks whose end is before their start by the trace clock, because the clocks of two CPUs disagree. They are in no other figure.</summary>
    public long TimeBackwards { get; init; }

    /// <summary>
    /// Events that the kernel lost or overwrote in the whole trace: nobody can know which group they were of, so every group says
    /// the same. Null where only walks came in.
    /// </summary>
    public long? LostEvents { get; init; }

    /// <summary>
    /// Whether the kernel lost events without counting them, so that <see cref="LostEvents"/> counts one for each such place, or the trace could not be read to its end, so that nobody
    /// knows what was lost beyond it.
    /// </summary>
    public bool LostEventsIsLowerBound { get; init; }

    /// <summary>
    /// Starts and ends of walks in the whole trace that could not be read: lines of text that make no sense, events whose format says too little. Every group says the same. Null where
    /// only walks came in.
    /// </summary>
    public long? UnreadableEvents { get; init; }

    /// <summary>Whether a walk among them is bounded by its first and last page-table entry only, so that walks took at least this long.</summary>
    public bool Approximate { get; init; }

    /// <summary>What the durations count.</summary>
    public RmapTimeUnit TimeUnit { get; init; }

    /// <summary>The whole distribution: the buckets that hold something, ascending.</summary>
    public RmapHistogramBucket[] Histogram { get; init; } = [];

    /// <summary>Whether the kernel counted by powers of two, so that percentiles, minimum and maximum are bounds.</summary>
    internal bool HasWideBuckets => Array.Exists(Histogram, bucket => bucket.IsWide);

    /// <summary>All properties, for people: names are escaped.</summary>
    public sealed override string ToString()
    {
        StringBuilder text = new StringBuilder(GetType().Name).Append(" { ");
        _ = PrintMembers(text);
        return TerminalText.Escape(text.Append(" }").ToString());
    }
}
