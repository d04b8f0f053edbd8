using KsmTools.Records;
using KsmTools.Rmap;

namespace KsmTools.Benchmark;

/// <summary>Counts the calls of one kind. Adding allocates only where a distribution grows.</summary>
internal sealed class BystanderTally
{
    private const long Millisecond = 1_000_000;

    private readonly DurationDistribution _durations = new();
    private long _beyond1;
    private long _beyond10;
    private long _beyond100;
    private long _runDelay;
    private bool _knowsRunDelay = true;

    /// <summary>How long they took.</summary>
    public DurationDistribution Durations => _durations;

    /// <summary>Adds a call.</summary>
    /// <param name="elapsed">How long it took, in nanoseconds.</param>
    /// <param name="runDelay">How long of that the thread waited for a CPU; null where that is not known.</param>
    public void Add(long elapsed, long? runDelay)
    {
        long duration = Math.Max(0, elapsed - (runDelay ?? 0));
        _durations.Record(duration);
        _beyond1 += duration > Millisecond ? 1 : 0;
        _beyond10 += duration > 10 * Millisecond ? 1 : 0;
        _beyond100 += duration > 100 * Millisecond ? 1 : 0;
        _runDelay += runDelay ?? 0;
        _knowsRunDelay &= runDelay is not null;
    }

    /// <summary>What they came to.</summary>
    public RmapCallDurations Figures()
    {
        bool any = _durations.Count > 0;
        RmapHistogramBucket[] buckets = any ? _durations.Buckets(RmapTimeUnit.Nanoseconds) : [];
        return new RmapCallDurations
        {
            Count = _durations.Count,
            P50Nanoseconds = any ? _durations.Percentile(50, buckets) : null,
            P99Nanoseconds = any ? _durations.Percentile(99, buckets) : null,
            MaximumNanoseconds = any ? _durations.Maximum : null,
            TotalNanoseconds = (long)_durations.Total,
            Beyond1Millisecond = _beyond1,
            Beyond10Milliseconds = _beyond10,
            Beyond100Milliseconds = _beyond100,
            RunDelayNanoseconds = any && _knowsRunDelay ? _runDelay : null,
        };
    }
}
