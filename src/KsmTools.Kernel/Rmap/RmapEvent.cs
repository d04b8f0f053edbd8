using KsmTools.Records;

namespace KsmTools.Rmap;

/// <summary>One <c>rmap_walk_start</c> or <c>rmap_walk_end</c>, as an object for the pipeline.</summary>
public sealed class RmapEvent
{
    /// <summary>Start or end.</summary>
    public RmapEventKind Kind { get; init; }

    /// <summary>The trace clock's time in nanoseconds, or in the clock's own steps (<see cref="TimeUnit"/>).</summary>
    public long TimestampNanoseconds { get; init; }

    /// <summary>The time as a span, to 100 ns; null where the clock does not count nanoseconds.</summary>
    public TimeSpan? Time => TimeUnit == RmapTimeUnit.Nanoseconds ? new TimeSpan(TimestampNanoseconds / TimeSpan.NanosecondsPerTick) : null;

    /// <summary>What <see cref="TimestampNanoseconds"/> counts.</summary>
    public RmapTimeUnit TimeUnit { get; init; }

    /// <summary>The CPU.</summary>
    public int Cpu { get; init; }

    /// <summary>The thread.</summary>
    public int ThreadId { get; init; }

    /// <summary>The thread's name; <c>&lt;...&gt;</c> where the kernel had forgotten it.</summary>
    public string Command { get; init; } = string.Empty;

    /// <summary>The flag column of the trace (irqs off, need-resched, hard or soft irq, preempt depth ...); empty where it was switched off.</summary>
    public string Flags { get; init; } = string.Empty;

    /// <summary>The folio's address, hashed in text of the native tracepoints; null where a return probe could not see it; 0 where a range of a file is walked without a folio (Linux 6.15).</summary>
    public ulong? Folio { get; init; }

    /// <summary>The address of the <c>struct rmap_walk_control</c>; null where a return probe could not see it.</summary>
    public ulong? Rwc { get; init; }

    /// <summary>The page type; null where the source does not say.</summary>
    public RmapPageType? PageType { get; init; }

    /// <summary>Whether the caller held the lock already; null where the source does not say.</summary>
    public bool? Locked { get; init; }

    /// <summary>The probed kernel function, such as <c>rmap_walk_ksm</c>; null for the native tracepoints.</summary>
    public string? Function { get; init; }

    /// <summary>The kernel function that asked for the walk; null where the source does not say.</summary>
    public string? Caller { get; init; }

    /// <summary>Whether this is the first or last page-table entry that a walk came to, and not its own start or end.</summary>
    public bool Approximate { get; init; }

    /// <summary>How many events the kernel lost between the event before and this one; 0 if none. Where the kernel did not count, 1.</summary>
    public long LostEventsBefore { get; init; }

    /// <summary>Whether there may be more, because the kernel did not count them.</summary>
    public bool LostEventsBeforeIsLowerBound { get; init; }

    /// <summary>The CPU that lost them; null for none, several, or unknown.</summary>
    public int? LostCpu { get; init; }

    /// <summary>The file that it was read from; null for an event of a session.</summary>
    public string? Path { get; init; }

    /// <summary>The recording that it is of, the same object for all of its events; null for an event of a session, and for one that was not read by this process.</summary>
    internal object? Recording { get; init; }
}
