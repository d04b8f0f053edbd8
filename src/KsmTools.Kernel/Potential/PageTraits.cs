namespace KsmTools.Potential;

/// <summary>How a page is read and counted.</summary>
/// <param name="IsMergeable">Whether ksmd may merge it already.</param>
/// <param name="MayBeMerged">Whether its mapping has pages that KSM has merged, or the kernel does not say.</param>
/// <param name="IsShared">Whether its frame counts once, whoever maps it: others map it, too, or KSM has merged it.</param>
/// <param name="IsForFile">Whether it must be read by <c>/proc/pid/mem</c>, which neither pins nor asks for read permission.</param>
/// <param name="IsLocked">Whether its mapping is locked in memory.</param>
internal readonly record struct PageTraits(bool IsMergeable, bool MayBeMerged, bool IsShared, bool IsForFile, bool IsLocked);
