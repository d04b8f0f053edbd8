using KsmTools.Ksm;
namespace KsmTools.Merge;

/// <summary>What a merge run did.</summary>
public sealed class KsmMergeResult
{
    /// <summary>The counters before.</summary>
    public required KsmStatus Before { get; init; }

    /// <summary>The counters after.</summary>
    public required KsmStatus After { get; init; }

    /// <summary>Full scans that passed.</summary>
    public long FullScans { get; init; }

    /// <summary>How long ksmd was driven.</summary>
    public TimeSpan Duration { get; init; }

    /// <summary>
    /// Mappings that now have a KSM page or the zero page and had none before (the unit of <c>ksm_merging_pages</c>): those of the named
    /// processes, or all. Negative when more was unmerged, by writes or by processes that ended, than merged.
    /// </summary>
    public long PagesMerged { get; init; }

    /// <summary>
    /// Bytes, without what items cost (<see cref="KsmStatus.Profit"/> has that). For named processes what was freed: page frames of theirs, in memory that may be merged, that nobody mapped
    /// but them, and that none of them has any more; memory that they gave back meanwhile is in it. Where frames are hidden (no <c>CAP_SYS_ADMIN</c>) or one of the processes has ended,
    /// <see cref="PagesMerged"/> pages, which is how the kernel reckons a process's profit (<c>ksm_process_profit</c>, mm/ksm.c), and for everybody the growth of
    /// <see cref="KsmStatus.SavedBytes"/>: both are the most that may have been freed, because mappings that fork(2) made of one frame count, too, and that frame was one before. The
    /// counters of the whole machine still hold pages of processes that ended until ksmd next passes them.
    /// </summary>
    public long BytesSaved { get; init; }

    /// <summary>Pages that ksmd looked at per second; null where the kernel does not count them (before Linux 6.6).</summary>
    public double? PagesScannedPerSecond { get; init; }

    /// <summary>Whether a whole scan passed without another page merging. False when the time ran out first.</summary>
    public bool Converged { get; init; }
}
