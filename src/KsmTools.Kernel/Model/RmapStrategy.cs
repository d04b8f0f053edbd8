namespace KsmTools.Model;

/// <summary>Which mappings a walk of a KSM page looks at, for each item of the page.</summary>
public enum RmapStrategy
{
    /// <summary>Every mapping of the item's anon_vma: <c>rmap_walk_ksm</c> before Linux 7.3 searches the linear indices 0 to <c>ULONG_MAX</c>.</summary>
    FullRange,

    /// <summary>The mappings that cover the address shifted right by <c>PAGE_SHIFT</c>, taken for the linear index: wrong once mremap has moved a mapping.</summary>
    AddressDerived,

    /// <summary>The mappings that cover the linear index that the item kept when the page was merged (<c>linear_page_index</c>), as since Linux 7.3.</summary>
    StoredPgoff,
}
