namespace KsmTools.Benchmark;

/// <summary>The steps of a benchmark.</summary>
public enum RmapBenchmarkStep
{
    /// <summary>Mapping and filling pages.</summary>
    Mapping,

    /// <summary>ksmd merges them.</summary>
    Merging,

    /// <summary>The kernel walks.</summary>
    Walking,
}
