namespace KsmTools.Benchmark;

/// <summary>Where a benchmark's durations come from.</summary>
public enum RmapBenchmarkSource
{
    /// <summary>The first that works here, in the order of the others.</summary>
    Auto,

    /// <summary>The kernel's own tracepoints in the walk.</summary>
    Tracepoint,

    /// <summary>fprobe events on the functions that walk.</summary>
    Fprobe,

    /// <summary>kprobe events on the functions that walk.</summary>
    Kprobe,

    /// <summary>The migration tracepoints, which bound a walk from below: an approximation.</summary>
    MigrationPte,

    /// <summary>No trace: each duration is that of a whole trigger, its walks and all else it does.</summary>
    Elapsed,
}
