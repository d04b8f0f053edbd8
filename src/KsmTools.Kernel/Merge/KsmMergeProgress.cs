namespace KsmTools.Merge;

/// <summary>Where a merge run stands.</summary>
/// <param name="FullScans">Full scans that passed.</param>
/// <param name="PagesMerged">Mappings merged since the start.</param>
/// <param name="Elapsed">Time since the start.</param>
public readonly record struct KsmMergeProgress(long FullScans, long PagesMerged, TimeSpan Elapsed);
