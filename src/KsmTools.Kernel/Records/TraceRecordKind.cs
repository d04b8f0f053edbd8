namespace KsmTools.Records;

/// <summary>What a record of a trace stands for: the event by its name, or a mark that events were lost.</summary>
public enum TraceRecordKind : byte
{
    /// <summary><c>rmap_walk_start</c>: a walk begins.</summary>
    Start = 0,

    /// <summary><c>rmap_walk_end</c>: it ends.</summary>
    End = 1,

    /// <summary>The kernel lost events here; see <see cref="TraceRecord.LostCount"/>.</summary>
    Lost = 2,

    /// <summary><c>set_migration_pte</c>: the walk that unmaps a page has come to a page-table entry.</summary>
    UnmapEntry = 3,

    /// <summary><c>remove_migration_pte</c>: the walk that maps it again has.</summary>
    MapEntry = 4,

    /// <summary><c>ksm_start_scan</c>; what each of KSM's events says: include/trace/events/ksm.h.</summary>
    KsmStartScan = 8,

    /// <summary><c>ksm_stop_scan</c>.</summary>
    KsmStopScan = 9,

    /// <summary><c>ksm_enter</c>.</summary>
    KsmEnter = 10,

    /// <summary><c>ksm_exit</c>.</summary>
    KsmExit = 11,

    /// <summary><c>ksm_merge_one_page</c>.</summary>
    KsmMergeOnePage = 12,

    /// <summary><c>ksm_merge_with_ksm_page</c>.</summary>
    KsmMergeWithKsmPage = 13,

    /// <summary><c>ksm_remove_ksm_page</c>.</summary>
    KsmRemoveKsmPage = 14,

    /// <summary><c>ksm_remove_rmap_item</c>.</summary>
    KsmRemoveRmapItem = 15,

    /// <summary><c>ksm_advisor</c>.</summary>
    KsmAdvisor = 16,

    /// <summary><c>contention_begin</c>: a thread begins to wait for a lock (include/trace/events/lock.h, Linux 5.19).</summary>
    ContentionBegin = 17,

    /// <summary><c>contention_end</c>: it has the lock, or gave up.</summary>
    ContentionEnd = 18,

    /// <summary>The call chain of the wanted event that its thread had right before it.</summary>
    Stack = 19,

    /// <summary><c>rmap_walk</c>, which an earlier version of the tracepoints had in place of a start and an end: a walk is over, and took so long.</summary>
    Walk = 20,
}
