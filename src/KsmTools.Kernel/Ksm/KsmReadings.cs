namespace KsmTools.Ksm;

/// <summary>The counters that a diagnosis needs; one that the kernel lacks counts as 0 here and nowhere else.</summary>
/// <param name="RunState">What ksmd does.</param>
/// <param name="FullScans">Full scans since boot.</param>
/// <param name="Merged">Mappings of KSM pages.</param>
/// <param name="ZeroPages">Mappings that KSM pointed at the zero page.</param>
/// <param name="Unshared">Still pages without an equal.</param>
/// <param name="Volatile">Pages that change or were seen once.</param>
/// <param name="Profit">The balance in bytes.</param>
internal readonly record struct KsmReadings(
    KsmRunState RunState, long FullScans, long Merged, long ZeroPages, long Unshared, long Volatile, long Profit)
{
    /// <summary>Pages that ksmd keeps a record of: <c>ksm_rmap_items</c>, by the sum in mm/ksm.c's <c>pages_volatile_show</c>.</summary>
    public long Known => Merged + Unshared + Volatile;
}
