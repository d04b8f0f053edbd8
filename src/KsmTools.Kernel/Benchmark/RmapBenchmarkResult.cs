using KsmTools.Errors;
using KsmTools.Ksm;
using KsmTools.Memory.Triggers;
using KsmTools.Records;
using KsmTools.Rmap;
using KsmTools.Tracing.Sessions;

namespace KsmTools.Benchmark;

/// <summary>
/// What the walks of one page type cost, and how they were made. With the source <see cref="RmapBenchmarkSource.Elapsed"/> each duration is that of a whole trigger.
/// </summary>
public sealed record RmapBenchmarkResult : RmapDurationStatistics
{
    internal RmapBenchmarkResult(RmapDurationStatistics walks)
        : base(walks)
    {
    }

    /// <summary>The value of <c>max_page_sharing</c>; null for pages that are not merged.</summary>
    public uint? MaxPageSharing { get; init; }

    /// <summary>How the pages were mapped.</summary>
    public RmapBenchmarkLayout Layout { get; init; }

    /// <summary>How many pages there were.</summary>
    public int PageCount { get; init; }

    /// <summary>How many of them ksmd had merged; null for pages that are not to be merged.</summary>
    public long? MergedPages { get; init; }

    /// <summary>How many VMAs were on the anon_vma, or on the file, of a page.</summary>
    public int VmaCount { get; init; }

    /// <summary>How many times the kernel was made to walk.</summary>
    public int Iterations { get; init; }

    /// <summary>What made it walk.</summary>
    public RmapTrigger Trigger { get; init; }

    /// <summary>Why this and not another.</summary>
    public string TriggerReason { get; init; } = string.Empty;

    /// <summary>How long the kernel worked for all triggers together, in nanoseconds.</summary>
    public long ElapsedNanoseconds { get; init; }

    /// <summary>How long the kernel worked for all triggers together, to 100 ns.</summary>
    public TimeSpan Elapsed => new(ElapsedNanoseconds / TimeSpan.NanosecondsPerTick);

    /// <summary>Where the durations come from.</summary>
    public RmapBenchmarkSource Source { get; init; }

    /// <summary>The better sources, and why each could not be used; empty where the source was asked for by name.</summary>
    public RmapSourceRefusal[] Unavailable { get; init; } = [];

    /// <summary>What the source cannot see.</summary>
    public string[] NotCovered { get; init; } = [];

    /// <summary>Calls whose return probe the kernel missed; null where the source has no return probes or the kernel does not count.</summary>
    public long? MissedReturns { get; init; }

    /// <summary>The release of the kernel, as <c>uname -r</c> has it.</summary>
    public string Kernel { get; init; } = string.Empty;

    /// <summary>Which mappings that kernel visits when it walks a KSM page, by its BTF.</summary>
    public KsmWalkBounds WalkBounds { get; init; }

    /// <summary>KSM's settings during the walks; null without KSM.</summary>
    public KsmConfiguration? Settings { get; init; }

    /// <summary>When it was measured.</summary>
    public DateTimeOffset Time { get; init; }

    /// <summary>The walks, in the order of their ends; empty where only triggers were timed.</summary>
    public RmapWalk[] Walks { get; init; } = [];

    /// <summary>The triggers, in order.</summary>
    public RmapTriggerResult[] Triggers { get; init; } = [];

    /// <summary>How many times memory was arranged and compacted until the kernel had moved the pages, all iterations and the bystander's together; null of other triggers.</summary>
    public int? Rounds { get; init; }

    /// <summary>The longest call of the bystander while the kernel worked for the trigger; null without calls. What the thread waited for a CPU is not in it, here and below.</summary>
    public long? BystanderMaximumNanoseconds { get; init; }

    /// <summary>99% of its calls took no longer, to three significant digits; null without calls.</summary>
    public long? BystanderP99Nanoseconds { get; init; }

    /// <summary>Half of its calls took no longer, to three significant digits; null without calls.</summary>
    public long? BystanderP50Nanoseconds { get; init; }

    /// <summary>
    /// How long calls of other threads that share memory with the pages took while the kernel worked: it was made to walk once more for each iteration (once in all where it walks all
    /// memory) after the walks that are measured. Empty where there was none.
    /// </summary>
    public RmapBystanderCalls[] Bystanders { get; init; } = [];

    /// <summary>How long the kernel worked for the triggers beside which the bystander was, in nanoseconds; null without one.</summary>
    public long? BystanderElapsedNanoseconds { get; init; }

    /// <summary>Why there was no bystander; empty where there was.</summary>
    public string NoBystander { get; init; } = string.Empty;

    /// <summary>Why compaction left the pages where they were in every round; null or empty where it moved them.</summary>
    internal string? NotMoved { get; init; }

    /// <summary>Whether pages that were merged for it were not any more behind a trigger.</summary>
    internal bool WereUnmerged { get; init; }

    /// <summary>What limits the result: nothing was traced or seen, pages were not merged, events or calls were missed. Empty where nothing does.</summary>
    public IEnumerable<string> Remarks()
    {
        if (this is { Source: RmapBenchmarkSource.Elapsed, Unavailable: [var refusal, ..] })
        {
            yield return Text.Format(Messages.BenchmarkUntraced, refusal.Reason);
        }
        else if (Count == 0 && string.IsNullOrEmpty(NotMoved))
        {
            yield return Text.Format(Messages.BenchmarkNoWalk, PageType, DurationText.Format(ElapsedNanoseconds, RmapTimeUnit.Nanoseconds));
        }

        if (!string.IsNullOrEmpty(NotMoved))
        {
            yield return Text.Format(Messages.BenchmarkNotMoved, PageType, Rounds, NotMoved);
        }

        if (MergedPages < PageCount)
        {
            yield return Text.Format(Messages.BenchmarkPartlyMerged, MergedPages, PageCount);
        }

        if (WereUnmerged)
        {
            yield return Text.Format(Messages.BenchmarkUnmerged, PageType);
        }

        if (LostEvents > 0)
        {
            yield return Text.Format(Messages.BenchmarkLost, PageType, LostEvents);
        }

        if (MissedReturns > 0)
        {
            yield return Text.Format(Messages.BenchmarkMissed, PageType, MissedReturns);
        }
    }
}
