using KsmTools.Benchmark;
using KsmTools.Errors;
using KsmTools.Memory.Triggers;
using KsmTools.Records;
using KsmTools.Rmap;

namespace KsmTools.Tuning;

/// <summary>What walks of KSM pages cost with one value of <c>max_page_sharing</c>. Times are nanoseconds.</summary>
public sealed record KsmWalkMeasurement
{
    /// <summary>The value.</summary>
    public uint MaxPageSharing { get; init; }

    /// <summary>Walks measured; 0 of a prediction.</summary>
    public long Count { get; init; }

    /// <summary>Their mean; null of a prediction.</summary>
    public double? MeanNanoseconds { get; init; }

    /// <summary>99% of them took no longer.</summary>
    public long P99Nanoseconds { get; init; }

    /// <summary>The longest; null of a prediction.</summary>
    public long? MaximumNanoseconds { get; init; }

    /// <summary>Whether 99% of them were within the budget.</summary>
    public bool IsWithinBudget { get; init; }

    /// <summary>Whether it was reckoned from the measurement before: a walk takes as long as it has mappings to find.</summary>
    public bool Predicted { get; init; }

    /// <summary>Whether a walk is bounded by its first and last page-table entry only, so that walks took at least this long.</summary>
    public bool Approximate { get; init; }

    /// <summary>Where the durations came from.</summary>
    public RmapBenchmarkSource Source { get; init; }

    /// <summary>What made the kernel walk.</summary>
    public RmapTrigger Trigger { get; init; }

    /// <summary>How many mappings (VMAs) were on the anon_vma of the pages.</summary>
    public int VmaCount { get; init; }

    /// <summary>As a list of recommendations shows it: <c>max_page_sharing 22: 99% within 4.31 ms (6 walks)</c>.</summary>
    public override string ToString() => Text.Format(
        Predicted ? Messages.WalkMeasurementPredicted : Messages.WalkMeasurement, MaxPageSharing, DurationText.Format(P99Nanoseconds, RmapTimeUnit.Nanoseconds), Count);
}
