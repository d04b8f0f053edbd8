namespace KsmTools.Ksm;

/// <summary>The counters that a diagnosis needs; one that the kernel lacks counts as 0 here and nowhere else, but for scans.</summary>
/// <param name="RunState">What ksmd does.</param>
/// <param name="FullScans">Full scans since boot.</param>
/// <param name="Merged">Mappings of KSM pages, as of ksmd's last scan.</param>
/// <param name="ZeroPages">Mappings that KSM pointed at the zero page, now.</param>
/// <param name="Unshared">Still pages without an equal.</param>
/// <param name="Volatile">Pages that change or were seen once.</param>
/// <param name="Saved">What all merged mappings save, in bytes.</param>
/// <param name="Profit">The balance in bytes.</param>
internal readonly record struct KsmReadings(
    KsmRunState RunState, long FullScans, long Merged, long ZeroPages, long Unshared, long Volatile, long Saved, long Profit)
{
    /// <summary>What counts where the kernel does not say how many scans there were: as many as a page needs to merge.</summary>
    public const long ManyScans = 2;

    // Fewer may be anybody's chance write.
    private const long FewestCopies = 10;
    private static readonly TimeSpan Soon = TimeSpan.FromMinutes(10);

    /// <summary>KSM pages copied on write in the last interval; null where there was none, or the kernel does not count them.</summary>
    public long? Copied { get; init; }

    /// <summary>The same in a second.</summary>
    public double? CopiedPerSecond { get; init; }

    /// <summary>Pages that ksmd keeps a record of: <c>ksm_rmap_items</c>, by the sum in mm/ksm.c's <c>pages_volatile_show</c>.</summary>
    public long Known => Merged + Unshared + Volatile;

    /// <summary>Whether any page is merged: with its equals, or, empty, with the zero page.</summary>
    public bool IsAnyMerged => Merged > 0 || ZeroPages > 0;

    /// <summary>
    /// Whether what is merged would all be copied within ten minutes at the rate of the last interval. The zero page is no KSM page to the kernel: a write to it
    /// counts neither here nor there.
    /// </summary>
    public bool IsBeingUndone => Merged > 0 && Copied >= FewestCopies && CopiedPerSecond * Soon.TotalSeconds >= Merged;
}
