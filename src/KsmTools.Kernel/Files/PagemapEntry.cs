namespace KsmTools.Files;

/// <summary>One 64-bit entry of <c>/proc/pid/pagemap</c> (Documentation/admin-guide/mm/pagemap.rst).</summary>
/// <param name="Bits">The entry.</param>
internal readonly record struct PagemapEntry(ulong Bits)
{
    private const ulong FrameMask = (1UL << 55) - 1;

    /// <summary>Whether the page is in memory.</summary>
    public bool IsPresent => (Bits & (1UL << 63)) != 0;

    /// <summary>Whether it is in swap, or on its way to another frame: a migration entry reads as a swap entry.</summary>
    public bool IsSwapped => (Bits & (1UL << 62)) != 0;

    /// <summary>Whether it belongs to a file or to shared anonymous memory.</summary>
    public bool IsFile => (Bits & (1UL << 61)) != 0;

    /// <summary>Whether nobody else maps it.</summary>
    public bool IsExclusive => (Bits & (1UL << 56)) != 0;

    /// <summary>Where it is in swap, the device and the place there together; null where it is not there, or hidden.</summary>
    public long? SwapPlace => IsSwapped && (Bits & FrameMask) is var place and not 0 ? (long)place : null;

    /// <summary>Its frame number, or null where it is not in memory or the kernel hides frames (no <c>CAP_SYS_ADMIN</c>): it writes 0 then.</summary>
    public long? Frame => IsPresent && (Bits & FrameMask) is var frame and not 0 ? (long)frame : null;
}
