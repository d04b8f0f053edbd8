namespace KsmTools.Ksm;

/// <summary>
/// KSM's counters at one moment (<c>/sys/kernel/mm/ksm</c>, Documentation/admin-guide/mm/ksm.rst). Counts are pages, sizes bytes. A counter
/// that this kernel lacks is null.
/// </summary>
public sealed class KsmStatus
{
    /// <summary>When it was read.</summary>
    public DateTimeOffset Time { get; init; }

    /// <summary>What ksmd does.</summary>
    public KsmRunState RunState { get; init; }

    /// <summary>How often ksmd has been through all mergeable memory since boot.</summary>
    public long? FullScans { get; init; }

    /// <summary>Pages looked at since boot (Linux 6.6).</summary>
    public long? PagesScanned { get; init; }

    /// <summary>
    /// KSM pages in use, as of ksmd's last scan: those that were unmapped since, or whose processes ended, count until ksmd passes where they were or everything is unmerged
    /// (<c>remove_rmap_item_from_tree</c>, mm/ksm.c). While ksmd is stopped they count on.
    /// </summary>
    public long? PagesShared { get; init; }

    /// <summary>Further mappings that share them: the pages saved, as of ksmd's last scan. Those written since, which have a page of their own, count like those unmapped.</summary>
    public long? PagesSharing { get; init; }

    /// <summary>Pages that stay still and have no equal.</summary>
    public long? PagesUnshared { get; init; }

    /// <summary>Pages that change too fast to be placed, or were seen only once.</summary>
    public long? PagesVolatile { get; init; }

    /// <summary>Pages that smart scan passed over since boot (Linux 6.7).</summary>
    public long? PagesSkipped { get; init; }

    /// <summary>Mappings that KSM pointed at the zero page (Linux 6.6), now: one that is written or unmapped is taken off at once (<c>ksm_might_unmap_zero_page</c>, mm/ksm.c).</summary>
    public long? KsmZeroPages { get; init; }

    /// <summary>Stable nodes that hold several KSM pages of one content, because <c>max_page_sharing</c> was reached.</summary>
    public long? StableNodeChains { get; init; }

    /// <summary>KSM pages in those chains.</summary>
    public long? StableNodeDups { get; init; }

    /// <summary>
    /// KSM pages copied since boot because they were written (<c>cow_ksm</c> of <c>/proc/vmstat</c>, Linux 5.19), which undoes their merging; each mapping that is unmerged counts, too
    /// (<c>do_wp_page</c>, mm/memory.c), and none of the zero page. Null where <c>/proc/vmstat</c> cannot be read.
    /// </summary>
    public long? CopiedOnWrite { get; init; }

    /// <summary>
    /// KSM pages copied since boot when they came back from swap (<c>ksm_swpin_copy</c> of <c>/proc/vmstat</c>, Linux 5.18): mappings that no longer share.
    /// Null where <c>/proc/vmstat</c> cannot be read.
    /// </summary>
    public long? SwapInCopies { get; init; }

    /// <summary>The kernel's own balance in bytes (Linux 6.4): what merging saves less what ksmd's records cost. It can be negative.</summary>
    public long? GeneralProfit { get; init; }

    /// <summary>The kernel's balance, or, before Linux 6.4, the same sum from the counters, in bytes. It can be negative.</summary>
    public long? Profit { get; init; }

    /// <summary>Bytes in a page.</summary>
    public int PageSize { get; init; }

    /// <summary>Bytes that merging saves: (<see cref="PagesSharing"/> + <see cref="KsmZeroPages"/>) pages, the former as of ksmd's last scan.</summary>
    public long SavedBytes { get; init; }

    /// <summary>Mappings saved per KSM page, <see cref="PagesSharing"/> / <see cref="PagesShared"/>; null while nothing is shared.</summary>
    public double? SharingRatio { get; init; }

    /// <summary>CPU time that ksmd has used since boot; null where it does not run or is not visible.</summary>
    public TimeSpan? KsmdCpuTime { get; init; }

    /// <summary>What else is under <c>/sys/kernel/mm/ksm</c>, raw names and texts: files of a vendor's kernel, or of one that is newer than this. A text that is null cannot be read.</summary>
    public IReadOnlyDictionary<string, string?> Other { get; init; } = NamedTexts.None;

    /// <summary>Whether merging works, and if not, why and what to do.</summary>
    public required KsmDiagnosis Diagnosis { get; init; }

    /// <summary>The diagnosis in a word, which groups and sorts where the whole of it does not: among objects that came from other hosts.</summary>
    public KsmVerdict Verdict => Diagnosis.Verdict;
}
