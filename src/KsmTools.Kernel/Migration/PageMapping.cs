namespace KsmTools.Migration;

/// <summary>Where one address of one process is.</summary>
/// <param name="Id">The process.</param>
/// <param name="Address">The address.</param>
/// <param name="Frame">Its frame; null where no page is in memory, which is also how the entry reads that a migration leaves until the walk that puts it back.</param>
/// <param name="SwapPlace">Its place in swap; null where it is not there.</param>
internal readonly record struct PageMapping(int Id, long Address, long? Frame, long? SwapPlace = null);
