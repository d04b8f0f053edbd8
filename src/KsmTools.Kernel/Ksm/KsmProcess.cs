namespace KsmTools.Ksm;

/// <summary>
/// What KSM does for one process: <c>/proc/pid/ksm_stat</c> and <c>ksm_merging_pages</c> (<c>fs/proc/base.c</c>). A counter that this kernel
/// does not give is null, never 0; kernel threads and processes that have ended but were not waited for have no memory, and so no counters.
/// </summary>
public sealed class KsmProcess
{
    /// <summary>The process id.</summary>
    public required int Id { get; init; }

    /// <summary>The name as <c>Get-Process</c> gives it; null where the tree does not hold it.</summary>
    public string? Name { get; init; }

    /// <summary>Pages that ksmd keeps an item for, merged or not. Since 6.1.</summary>
    public long? RmapItems { get; init; }

    /// <summary>Pages of this process that are merged. Since 5.19.</summary>
    public long? MergingPages { get; init; }

    /// <summary>Pages replaced by the zero page (<c>use_zero_pages</c>), signed as in the kernel. Since 6.6.</summary>
    public long? ZeroPages { get; init; }

    /// <summary>Bytes saved less bytes of items, by the kernel's reckoning; negative where KSM costs more than it saves. Since 6.4.</summary>
    public long? Profit { get; init; }

    /// <summary>Whether all memory of the process was made mergeable (<c>PR_SET_MEMORY_MERGE</c>); null where the kernel says neither yes nor no.</summary>
    public bool? MergeAny { get; init; }

    /// <summary>Whether any mapping of the process can be merged now; null as before.</summary>
    public bool? Mergeable { get; init; }

    /// <summary>Bytes of kernel memory that the items take: of each the size of <c>struct ksm_rmap_item</c>, 64 on 64-bit kernels, which is taken where nobody gave the bytes.</summary>
    public long? MetadataBytes { get => field ?? KsmItemSize.Bytes(RmapItems, KsmItemSize.Of64Bit); init; }

    /// <summary>
    /// Lines of <c>ksm_stat</c> that no kernel had when this was written, and known ones that say another word than yes or no: names and values as the kernel has them, in its order.
    /// Empty where there are none.
    /// </summary>
    public IReadOnlyDictionary<string, string?> Other { get; init; } = NamedTexts.None;

    /// <summary>Whether KSM has anything to do with the process: it keeps items or merged pages of it, or would if there were any.</summary>
    public bool UsesKsm() => RmapItems > 0 || MergingPages > 0 || ZeroPages > 0 || MergeAny == true || Mergeable == true;

    /// <summary>Whether the process has memory at all: kernel threads and processes that have ended do not.</summary>
    public bool HasMemory() => MergingPages is not null;
}
