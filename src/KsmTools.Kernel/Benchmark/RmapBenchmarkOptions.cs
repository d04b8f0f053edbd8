using KsmTools.Memory.Triggers;
using KsmTools.Records;

namespace KsmTools.Benchmark;

/// <summary>What a benchmark measures.</summary>
public sealed class RmapBenchmarkOptions
{
    /// <summary>The page types, each measured for itself.</summary>
    public IReadOnlyList<RmapPageType> PageTypes { get; init; } = [RmapPageType.Ksm, RmapPageType.Anon, RmapPageType.File];

    /// <summary>Pages of a region. <see cref="RmapBenchmarkLayout.Forked"/> has a page for each iteration.</summary>
    public int PageCount { get; init; } = 20_000;

    /// <summary>How many times the kernel is made to walk, each time for another page.</summary>
    public int Iterations { get; init; } = 3;

    /// <summary>How the pages are mapped.</summary>
    public RmapBenchmarkLayout Layout { get; init; }

    /// <summary>The children of <see cref="RmapBenchmarkLayout.Forked"/>.</summary>
    public int Children { get; init; } = 255;

    /// <summary>The values of <c>max_page_sharing</c> that KSM pages are measured with; empty for the one that is set.</summary>
    public IReadOnlyList<uint> MaxPageSharing { get; init; } = [];

    /// <summary>What makes the kernel walk.</summary>
    public RmapTrigger Trigger { get; init; }

    /// <summary>Where the durations come from.</summary>
    public RmapBenchmarkSource Source { get; init; }

    /// <summary>Whether calls of other threads that share memory with the pages are timed beside walks of their own, behind those that are measured.</summary>
    public bool HasBystander { get; init; }

    /// <summary>When to give up merging.</summary>
    public TimeSpan MergeTimeout { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>Unmerge what is merged on the machine to begin with, so that <c>max_page_sharing</c> can change.</summary>
    public bool Unmerges { get; init; }
}
