namespace KsmTools.Potential;

/// <summary>
/// What merging would save were the measured processes made mergeable, and nobody else, by contents that were read once: pages that change all the time look like any other. What a
/// content saves that several processes hold is shared out among them by the pages that each has of it, and rounded so that the processes add up to <see cref="KsmPotentialScope.All"/>.
/// </summary>
public sealed class KsmPotential
{
    /// <summary>One process, or all that were measured.</summary>
    public required KsmPotentialScope Scope { get; init; }

    /// <summary>The process; null for all.</summary>
    public int? Id { get; init; }

    /// <summary>The name as <c>Get-Process</c> gives it; null for all.</summary>
    public string? Name { get; init; }

    /// <summary>
    /// The measured process whose memory this one has, not a copy of it (clone(2) with <c>CLONE_VM</c>, vfork(2)): every page is counted there, and none here. Null for one that has its own,
    /// and for all.
    /// </summary>
    public int? MemoryOf { get; init; }

    /// <summary>
    /// Pages that KSM could know: anonymous, in memory, and in mappings that it can merge (<c>vma_ksm_compatible</c>, mm/ksm.c). Swapped pages and the kernel's own zero
    /// page are none.
    /// </summary>
    public required long EligiblePages { get; init; }

    /// <summary>Those whose contents are known: all, or the sample. A page frame that several of them are is read once.</summary>
    public required long PagesRead { get; init; }

    /// <summary>Those that could not be: gone when their turn came, or without read permission on a kernel that lets nobody override that (<c>proc_mem.force_override</c>).</summary>
    public required long PagesUnreadable { get; init; }

    /// <summary>The part of the eligible pages that was asked for, 0 to 1.</summary>
    public required double Sample { get; init; }

    /// <summary>Whether counts are estimated from a sample.</summary>
    public bool Estimated => Sample < 1;

    /// <summary>
    /// Pages that merging could do without, were there no limit on sharing: of each content all page frames but one. Zero pages are among them; frames that processes map, too, which were
    /// not measured, and those that are merged already are not.
    /// </summary>
    public required long DuplicatePages { get; init; }

    /// <summary>Page frames full of zeros.</summary>
    public required long ZeroPages { get; init; }

    /// <summary>
    /// Page frames that merging would free with the settings of now: each KSM page takes up to <see cref="MaxPageSharing"/> mappings, and zero pages need none with
    /// <see cref="UseZeroPages"/>. A frame goes with its last mapping, so one that others map, too, stays (<c>/proc/kpagecount</c>).
    /// </summary>
    public required long SavedPages { get; init; }

    /// <summary><see cref="SavedPages"/> in bytes, less <see cref="MetadataBytes"/>. Negative where merging would cost more than it saves.</summary>
    public long ExpectedSavedBytes => (SavedPages * PageSize) - MetadataBytes;

    /// <summary>
    /// The least that <see cref="ExpectedSavedBytes"/> may be; null where it is one number. Of a sample the lower end of a 95% interval, found by drawing again from what the sample
    /// met. Where others hold equal frames, or equal frames have several mappings each and more than <see cref="MaxPageSharing"/> together, it depends on which ones ksmd keeps, by the
    /// order of its scan; where frames are hidden, on whose they are; and of zeros in large folios, on the folio being split.
    /// </summary>
    public long? LowerSavedBytes { get; init; }

    /// <summary>The most that it may be, likewise.</summary>
    public long? UpperSavedBytes { get; init; }

    /// <summary>Bytes of items that ksmd would have to add: those of <c>struct ksm_rmap_item</c>, 64 on 64-bit kernels, for every eligible page, merged or not, that has none yet. With <see cref="UseZeroPages"/> zero pages keep none; nor do those of large folios that it splits.</summary>
    public required long MetadataBytes { get; init; }

    /// <summary>Eligible pages in mappings that ksmd may merge already (<c>VM_MERGEABLE</c>).</summary>
    public required long MergeablePages { get; init; }

    /// <summary>Mappings that are merged already, with the zero page too; null where the kernel does not say. They are not in <see cref="SavedPages"/>.</summary>
    public long? AlreadyMergedPages { get; init; }

    /// <summary><c>max_page_sharing</c>, as reckoned with.</summary>
    public required int MaxPageSharing { get; init; }

    /// <summary><c>use_zero_pages</c>, as reckoned with.</summary>
    public required bool UseZeroPages { get; init; }

    /// <summary>
    /// Whether nobody said which pages processes share since fork(2): then these count as one frame for each content, which others hold, and <see cref="UpperSavedBytes"/> has what it
    /// would be if nobody else did.
    /// </summary>
    public required bool FramesHidden { get; init; }

    /// <summary>Bytes in a page.</summary>
    public required int PageSize { get; init; }

    /// <summary>
    /// What to type to have it merged, with a remark behind <c>#</c> where there is more to know, or no command for it. Null where merging would save nothing or is so already, and
    /// where <see cref="KsmPotentialMeasurement.Quote"/> is null.
    /// </summary>
    public string? EnableCommand { get; init; }
}
