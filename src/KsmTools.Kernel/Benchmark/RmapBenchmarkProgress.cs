namespace KsmTools.Benchmark;

/// <summary>Where a benchmark is.</summary>
/// <param name="Step">What is being done.</param>
/// <param name="Iteration">The iteration, from 0.</param>
/// <param name="PagesMerged">Pages merged so far, while merging.</param>
public readonly record struct RmapBenchmarkProgress(RmapBenchmarkStep Step, int Iteration, long PagesMerged);
