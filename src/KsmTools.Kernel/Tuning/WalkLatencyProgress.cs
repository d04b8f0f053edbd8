using KsmTools.Benchmark;

namespace KsmTools.Tuning;

/// <summary>Where a search is.</summary>
/// <param name="Measurement">The measurement, from 1.</param>
/// <param name="MaxPageSharing">The value that is measured.</param>
/// <param name="State">Where the measurement is.</param>
public readonly record struct WalkLatencyProgress(int Measurement, uint MaxPageSharing, RmapBenchmarkProgress State);
