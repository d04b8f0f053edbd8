using KsmTools.Records;

namespace KsmTools.Rmap;

/// <summary>One reverse-mapping walk: a start and its end.</summary>
public sealed class RmapWalk
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

    /// <summary>The page type; null where the source does not say.</summary>
    public RmapPageType? PageType { get; init; }

    /// <summary>The folio's address, hashed in text of the native tracepoints; 0 where a range of a file is walked without a folio (Linux 6.15).</summary>
    public ulong? Folio { get; init; }

    /// <summary>The address of the <c>struct rmap_walk_control</c>.</summary>
    public ulong? Rwc { get; init; }

    /// <summary>Whether the caller held the lock already; null where the source does not say.</summary>
    public bool? Locked { get; init; }

    /// <summary>Whether the walk is bounded by its first and last page-table entry, so that it took at least this long.</summary>
    public bool Approximate { get; init; }

    /// <summary>The kernel function that asked for the walk, such as <c>try_to_migrate</c>; null where the source does not say.</summary>
    public string? Caller { get; init; }

    /// <summary>The file that it was read from; null for a walk of a session.</summary>
    public string? Path { get; init; }
}
