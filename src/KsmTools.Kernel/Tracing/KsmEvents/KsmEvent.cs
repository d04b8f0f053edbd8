using KsmTools.Records;

namespace KsmTools.Tracing.KsmEvents;

/// <summary>One of KSM's own events. What its kind does not have is null, and so is what a kernel does not say.</summary>
public sealed class KsmEvent
{
    /// <summary>Which event.</summary>
    public KsmEventKind Kind { get; init; }

    /// <summary>The trace clock's time in nanoseconds, or in the clock's own steps (<see cref="TimeUnit"/>). In a snapshot whole microseconds.</summary>
    public long TimestampNanoseconds { get; init; }

    /// <summary>The time as a span, to 100 ns; null where the clock does not count nanoseconds.</summary>
    public TimeSpan? Time => TimeUnit == RmapTimeUnit.Nanoseconds ? new TimeSpan(TimestampNanoseconds / TimeSpan.NanosecondsPerTick) : null;

    /// <summary>What <see cref="TimestampNanoseconds"/> counts.</summary>
    public RmapTimeUnit TimeUnit { get; init; }

    /// <summary>The CPU.</summary>
    public int Cpu { get; init; }

    /// <summary>The thread: ksmd's, or that of the process that enters or exits.</summary>
    public int ThreadId { get; init; }

    /// <summary>The thread's name; <c>&lt;...&gt;</c> where the kernel had forgotten it.</summary>
    public string Command { get; init; } = string.Empty;

    /// <summary>The scan's number: <c>full_scans</c> while it runs (StartScan, StopScan). It begins again at 0 after <c>run = 2</c>.</summary>
    public int? Sequence { get; init; }

    /// <summary>Places that KSM keeps track of, mergeable or merged (StartScan, StopScan).</summary>
    public long? RmapItems { get; init; }

    /// <summary>The page frame's number: of the KSM page, or of the page that becomes one; of the zero page (MergeOnePage).</summary>
    public ulong? Pfn { get; init; }

    /// <summary>The address of the place's <c>struct ksm_rmap_item</c>, as the trace has it: hashed in a snapshot.</summary>
    public ulong? RmapItem { get; init; }

    /// <summary>The address of the process's <c>struct mm_struct</c>, as the trace has it: hashed in a snapshot.</summary>
    public ulong? Mm { get; init; }

    /// <summary>The address of the KSM page that a page is merged with (MergeWithKsmPage); 0 where the page itself becomes one, null where there is one and a snapshot does not say its address.</summary>
    public ulong? KsmPage { get; init; }

    /// <summary>Whether a page is merged with a KSM page that is there; false where the page itself becomes one (MergeWithKsmPage).</summary>
    public bool? HasKsmPage { get; init; }

    /// <summary>0 where an attempt to merge was successful, else the negative errno, mostly -14 (EFAULT).</summary>
    public int? Error { get; init; }

    /// <summary>The scan's time in whole seconds, at least 1, from which the advisor reckoned (mm/ksm.c, <c>scan_time_advisor</c>).</summary>
    public long? ScanTimeSeconds { get; init; }

    /// <summary>What the advisor set <c>pages_to_scan</c> to.</summary>
    public long? PagesToScan { get; init; }

    /// <summary>ksmd's share of one CPU during the scan in percent, as the advisor reckoned it: by whole seconds, and at its first run by ksmd's time since boot.</summary>
    public long? CpuPercent { get; init; }

    /// <summary>How many events the kernel lost between the event before and this one; 0 if none. Where the kernel did not count, 1.</summary>
    public long LostEventsBefore { get; init; }

    /// <summary>Whether there may be more, because the kernel did not count them.</summary>
    public bool LostEventsBeforeIsLowerBound { get; init; }

    /// <summary>The file that it was read from; null for an event of a session.</summary>
    public string? Path { get; init; }

    /// <summary>The recording that it is of, the same object for all of its events; null for an event of a session, and for one that was not read by this process.</summary>
    internal object? Recording { get; init; }
}
