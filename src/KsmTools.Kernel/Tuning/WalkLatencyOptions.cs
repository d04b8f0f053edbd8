using KsmTools.Benchmark;
using KsmTools.Memory.Triggers;

namespace KsmTools.Tuning;

/// <summary>What walks may take, and how to measure them.</summary>
public sealed class WalkLatencyOptions
{
    /// <summary>The default of <c>max_page_sharing</c> (mm/ksm.c).</summary>
    internal const uint UsualSharing = 256;

    /// <summary>99% of walks are to take no longer.</summary>
    public TimeSpan MaximumWalkLatency { get; init; }

    /// <summary>The largest value to consider; null for the one that is set, or the kernel's default where that is more.</summary>
    public uint? MaxPageSharing { get; init; }

    /// <summary>Pages to measure with, each a mapping (VMA) of its own on one anon_vma.</summary>
    public int PageCount { get; init; } = 20_000;

    /// <summary>How many times the kernel is made to walk for each measurement.</summary>
    public int Iterations { get; init; } = 3;

    /// <summary>What makes it walk.</summary>
    public RmapTrigger Trigger { get; init; }

    /// <summary>Where durations come from.</summary>
    public RmapBenchmarkSource Source { get; init; }

    /// <summary>When to give up merging.</summary>
    public TimeSpan MergeTimeout { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>Unmerge what is merged on the machine, so that <c>max_page_sharing</c> can change.</summary>
    public bool Unmerges { get; init; }
}
