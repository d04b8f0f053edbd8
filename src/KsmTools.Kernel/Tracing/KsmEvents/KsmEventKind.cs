namespace KsmTools.Tracing.KsmEvents;

/// <summary>KSM's own tracepoints (include/trace/events/ksm.h; where each fires: mm/ksm.c).</summary>
public enum KsmEventKind
{
    /// <summary><c>ksm_start_scan</c>: ksmd begins to go through all mergeable memory.</summary>
    StartScan = 0,

    /// <summary><c>ksm_stop_scan</c>: ksmd has been through all of it; <c>full_scans</c> grows by one.</summary>
    StopScan = 1,

    /// <summary><c>ksm_enter</c>: a process has mergeable memory for the first time.</summary>
    Enter = 2,

    /// <summary><c>ksm_exit</c>: such a process has ended.</summary>
    Exit = 3,

    /// <summary><c>ksm_merge_one_page</c>: an attempt to merge an empty page with the kernel's zero page, which happens with <c>use_zero_pages</c> only.</summary>
    MergeOnePage = 4,

    /// <summary><c>ksm_merge_with_ksm_page</c>: an attempt to merge a page with a KSM page, or to make it one.</summary>
    MergeWithKsmPage = 5,

    /// <summary><c>ksm_remove_ksm_page</c>: ksmd forgets a KSM page that nobody uses any more.</summary>
    RemoveKsmPage = 6,

    /// <summary>
    /// <c>ksm_remove_rmap_item</c>: with it ksmd forgets a place that shared the page; all of them but one, which <see cref="RemoveKsmPage"/> stands for. No event
    /// is there for a place that leaves a page which others still share.
    /// </summary>
    RemoveRmapItem = 7,

    /// <summary><c>ksm_advisor</c>: after a scan the advisor has set <c>pages_to_scan</c> (Linux 6.8).</summary>
    Advisor = 8,
}
