namespace KsmTools.Memory.Triggers;

/// <summary>What makes the kernel walk.</summary>
public enum RmapTrigger
{
    /// <summary>The first that works for the page on this machine, in the order of this list; never <see cref="SoftOffline"/>.</summary>
    Auto = 0,

    /// <summary>move_pages(2) to another NUMA node: two walks of each page, one to unmap it and one to map the copy.</summary>
    MovePages = 1,

    /// <summary>Marking the page idle: one walk, and no other effect (Documentation/admin-guide/mm/idle_page_tracking.rst).</summary>
    PageIdle = 2,

    /// <summary>madvise(2) with MADV_PAGEOUT: one walk of a page that is mapped once (two on kernels such as 6.1, which look whether it is in use first); it is gone from memory afterwards.</summary>
    PageOut = 3,

    /// <summary>Compacting all memory: two walks of each page that the kernel chooses to migrate, which need not be this one.</summary>
    Compaction = 4,

    /// <summary>Reclaim of the process's own control group: several walks of the page, and of many others, which are gone from memory afterwards.</summary>
    Reclaim = 5,

    /// <summary>Soft offlining the page: two walks, and the physical page is out of use until the machine boots. Only when asked for.</summary>
    SoftOffline = 6,
}
