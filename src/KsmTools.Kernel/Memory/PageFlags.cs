namespace KsmTools.Memory;

/// <summary>
/// What <c>/proc/kpageflags</c> says of a page (<c>include/uapi/linux/kernel-page-flags.h</c>). The flags from bit 32 on are for kernel developers, change from version to version,
/// and are left out.
/// </summary>
[Flags]
public enum PageFlags : long
{
    /// <summary>No flag.</summary>
    None = 0,

    /// <summary>Locked, for I/O for example.</summary>
    Locked = 1L << 0,

    /// <summary>An I/O error happened.</summary>
    Error = 1L << 1,

    /// <summary>Referenced since it was last put on an LRU list.</summary>
    Referenced = 1L << 2,

    /// <summary>Its contents are as on the disk, or newer.</summary>
    UpToDate = 1L << 3,

    /// <summary>Newer than on the disk.</summary>
    Dirty = 1L << 4,

    /// <summary>On an LRU list; a page that is not cannot be reclaimed or migrated.</summary>
    Lru = 1L << 5,

    /// <summary>On the active LRU list.</summary>
    Active = 1L << 6,

    /// <summary>Kernel memory of the slab allocator.</summary>
    Slab = 1L << 7,

    /// <summary>Being written to the disk.</summary>
    Writeback = 1L << 8,

    /// <summary>To be reclaimed as soon as it is written.</summary>
    Reclaim = 1L << 9,

    /// <summary>Free.</summary>
    Buddy = 1L << 10,

    /// <summary>Mapped by a process.</summary>
    Mapped = 1L << 11,

    /// <summary>Anonymous: of no file.</summary>
    Anon = 1L << 12,

    /// <summary>Has a place in swap.</summary>
    SwapCache = 1L << 13,

    /// <summary>Written to swap when reclaimed: anonymous, or of a file in memory (tmpfs).</summary>
    SwapBacked = 1L << 14,

    /// <summary>The first of a compound page.</summary>
    CompoundHead = 1L << 15,

    /// <summary>Another one of a compound page.</summary>
    CompoundTail = 1L << 16,

    /// <summary>Of hugetlbfs.</summary>
    Huge = 1L << 17,

    /// <summary>On the unevictable list, mlock(2) for example.</summary>
    Unevictable = 1L << 18,

    /// <summary>Taken out of use by memory failure handling.</summary>
    HardwarePoison = 1L << 19,

    /// <summary>No page is at this frame.</summary>
    NoPage = 1L << 20,

    /// <summary>Merged by KSM.</summary>
    Ksm = 1L << 21,

    /// <summary>Of a transparent huge page.</summary>
    TransparentHuge = 1L << 22,

    /// <summary>Logically offline, as ballooned memory is.</summary>
    Offline = 1L << 23,

    /// <summary>The zero page.</summary>
    ZeroPage = 1L << 24,

    /// <summary>Not accessed since it was marked idle (Documentation/admin-guide/mm/idle_page_tracking.rst).</summary>
    Idle = 1L << 25,

    /// <summary>A page table.</summary>
    PageTable = 1L << 26,
}
