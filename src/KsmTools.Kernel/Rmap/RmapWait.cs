using KsmTools.Records;

namespace KsmTools.Rmap;

/// <summary>One wait of a thread for a lock: <c>contention_begin</c> and <c>contention_end</c> (Linux 5.19).</summary>
public sealed class RmapWait
{
    /// <summary>When it began, in the trace clock's nanoseconds or steps (<see cref="TimeUnit"/>).</summary>
    public long StartNanoseconds { get; init; }

    /// <summary>How long it took, in the trace clock's nanoseconds or steps (<see cref="TimeUnit"/>).</summary>
    public long DurationNanoseconds { get; init; }

    /// <summary>How long it took, to 100 ns; null where the clock does not count nanoseconds.</summary>
    public TimeSpan? Duration => TimeUnit == RmapTimeUnit.Nanoseconds ? new TimeSpan(DurationNanoseconds / TimeSpan.NanosecondsPerTick) : null;

    /// <summary>How long it took, in microseconds; null where the clock does not count nanoseconds.</summary>
    public double? DurationMicroseconds => TimeUnit == RmapTimeUnit.Nanoseconds ? DurationNanoseconds / 1000.0 : null;

    /// <summary>What the numbers count.</summary>
    public RmapTimeUnit TimeUnit { get; init; }

    /// <summary>The CPU it began on.</summary>
    public int Cpu { get; init; }

    /// <summary>The CPU it ended on.</summary>
    public int EndCpu { get; init; }

    /// <summary>The thread.</summary>
    public int ThreadId { get; init; }

    /// <summary>The thread's name.</summary>
    public string Command { get; init; } = string.Empty;

    /// <summary>How it waited.</summary>
    public RmapWaitMode Mode { get; init; }

    /// <summary>The lock's address, hashed in text of tracefs.</summary>
    public ulong? Lock { get; init; }

    /// <summary>The kernel function that took the lock: the first of <see cref="Stack"/> that is not the lock's own; null where there is no call chain, and where its addresses have no names.</summary>
    public string? Function { get; init; }

    /// <summary>The kernel functions that led to the wait, the innermost first; null where the trace has no call chain. One without a name is its address.</summary>
    public IReadOnlyList<string>? Stack { get; init; }

    /// <summary>The error with which the wait was given up, such as -4 (EINTR); 0 where the thread got the lock.</summary>
    public int Error { get; init; }

    /// <summary>The file that it was read from; null for a wait of a session.</summary>
    public string? Path { get; init; }
}
