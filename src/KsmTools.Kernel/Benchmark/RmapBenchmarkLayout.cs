namespace KsmTools.Benchmark;

/// <summary>How a benchmark's pages are mapped.</summary>
public enum RmapBenchmarkLayout
{
    /// <summary>A region that mprotect(2) has split into a VMA for every page, all on one anon_vma.</summary>
    SplitVma,

    /// <summary>A region that is one VMA.</summary>
    SingleVma,

    /// <summary>Pages that a process and all its children map.</summary>
    Forked,
}
