using KsmTools.Records;

namespace KsmTools.Tracing.KsmEvents;

/// <summary>What ksmd did while it was traced.</summary>
public sealed class KsmScanStatistics
{
    /// <summary>Scans whose end was seen; <c>full_scans</c> grew by as many.</summary>
    public long Scans { get; init; }

    /// <summary>Scans of which only the start or only the end was seen: they ran when tracing began or ended, or the other event is lost. They have no duration.</summary>
    public long IncompleteScans { get; init; }

    /// <summary>Scans whose end is before their start by the trace clock, because the clocks of two CPUs disagree. They have no duration.</summary>
    public long TimeBackwards { get; init; }

    /// <summary>The shortest scan from its start to its end, pauses of ksmd included; null without one. In nanoseconds, or in the clock's steps (<see cref="TimeUnit"/>), as all times here.</summary>
    public long? MinimumNanoseconds { get; init; }

    /// <summary>The mean; null without a scan that has both ends.</summary>
    public double? MeanNanoseconds { get; init; }

    /// <summary>Half of the scans took no longer. The rank of a percentile is raised to a whole number; percentiles have three significant digits.</summary>
    public long? P50Nanoseconds { get; init; }

    /// <summary>99% of the scans took no longer.</summary>
    public long? P99Nanoseconds { get; init; }

    /// <summary>The longest scan.</summary>
    public long? MaximumNanoseconds { get; init; }

    /// <summary>
    /// Places that came to share a KSM page or to be one: successful ksm_merge_with_ksm_page events, without first halves whose second half failed. <c>pages_shared</c> and
    /// <c>pages_sharing</c> together grew by as many, less what was given up meanwhile.
    /// </summary>
    public long PagesMerged { get; init; }

    /// <summary>Pages that became new KSM pages, which is the first half of merging two pages; <c>pages_shared</c> grew by as many.</summary>
    public long NewKsmPages { get; init; }

    /// <summary>Empty pages that were merged with the kernel's zero page; <c>ksm_zero_pages</c> grew by as many.</summary>
    public long ZeroPagesMerged { get; init; }

    /// <summary>Attempts to merge that failed: the page had changed, was locked, or its process was ending.</summary>
    public long MergesFailed { get; init; }

    /// <summary>KSM pages that nobody used any more.</summary>
    public long KsmPagesRemoved { get; init; }

    /// <summary>Places that were forgotten together with such a page.</summary>
    public long RmapItemsRemoved { get; init; }

    /// <summary><see cref="PagesMerged"/> and <see cref="ZeroPagesMerged"/> for each second of <see cref="Window"/>; null where that has no length.</summary>
    public double? MergesPerSecond { get; init; }

    /// <summary>Places that KSM kept track of at the last end of a scan; null without one.</summary>
    public long? RmapItems { get; init; }

    /// <summary>Events.</summary>
    public long Events { get; init; }

    /// <summary>Events that the kernel lost or overwrote.</summary>
    public long LostEvents { get; init; }

    /// <summary>
    /// Whether the kernel lost events without counting them, so that <see cref="LostEvents"/> counts one for each such place, or the trace could not be read to its end.
    /// </summary>
    public bool LostEventsIsLowerBound { get; init; }

    /// <summary>KSM's events that could not be read: lines of text that make no sense, events whose format says too little. Null where only events came in.</summary>
    public long? UnreadableEvents { get; init; }

    /// <summary>The time from the first event to the last, of several traces together; null without events.</summary>
    public long? WindowNanoseconds { get; init; }

    /// <summary>The same as a span, to 100 ns; null where the clock does not count nanoseconds.</summary>
    public TimeSpan? Window => TimeUnit == RmapTimeUnit.Nanoseconds && WindowNanoseconds is { } window ? new TimeSpan(window / TimeSpan.NanosecondsPerTick) : null;

    /// <summary>What the times count.</summary>
    public RmapTimeUnit TimeUnit { get; init; }
}
