namespace KsmTools.Benchmark;

/// <summary>How long calls took a thread. Times are nanoseconds; what the thread waited for a CPU is not in them.</summary>
public class RmapCallDurations
{
    /// <summary>No calls.</summary>
    public RmapCallDurations()
    {
    }

    private protected RmapCallDurations(RmapCallDurations other)
    {
        Count = other.Count;
        P50Nanoseconds = other.P50Nanoseconds;
        P99Nanoseconds = other.P99Nanoseconds;
        MaximumNanoseconds = other.MaximumNanoseconds;
        TotalNanoseconds = other.TotalNanoseconds;
        Beyond1Millisecond = other.Beyond1Millisecond;
        Beyond10Milliseconds = other.Beyond10Milliseconds;
        Beyond100Milliseconds = other.Beyond100Milliseconds;
        RunDelayNanoseconds = other.RunDelayNanoseconds;
    }

    /// <summary>How many there were.</summary>
    public long Count { get; init; }

    /// <summary>Half of them took no longer, to three significant digits; null without calls.</summary>
    public long? P50Nanoseconds { get; init; }

    /// <summary>99% of them took no longer, to three significant digits; null without calls.</summary>
    public long? P99Nanoseconds { get; init; }

    /// <summary>The longest; null without calls.</summary>
    public long? MaximumNanoseconds { get; init; }

    /// <summary>All together.</summary>
    public long TotalNanoseconds { get; init; }

    /// <summary>Calls that took longer than 1 ms.</summary>
    public long Beyond1Millisecond { get; init; }

    /// <summary>Calls that took longer than 10 ms.</summary>
    public long Beyond10Milliseconds { get; init; }

    /// <summary>Calls that took longer than 100 ms.</summary>
    public long Beyond100Milliseconds { get; init; }

    /// <summary>How long the thread waited for a CPU during these calls (<c>run_delay</c> of <c>/proc/thread-self/schedstat</c>); null where the kernel does not say, and the calls have it in them.</summary>
    public long? RunDelayNanoseconds { get; init; }
}
