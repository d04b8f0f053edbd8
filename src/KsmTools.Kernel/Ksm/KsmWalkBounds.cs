namespace KsmTools.Ksm;

/// <summary>Which mappings this kernel visits for each item of a KSM page when it walks that page (mm/ksm.c, <c>rmap_walk_ksm</c>).</summary>
public enum KsmWalkBounds
{
    /// <summary>The kernel does not tell its types (CONFIG_DEBUG_INFO_BTF).</summary>
    Unknown,

    /// <summary>Every mapping of the item's anon_vma, as Linux before 7.3 does: walks get longer with each VMA.</summary>
    Whole,

    /// <summary>Those that cover the page's own linear index, as Linux 7.3 and later do.</summary>
    Bounded,
}
