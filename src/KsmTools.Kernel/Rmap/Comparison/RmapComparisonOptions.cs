namespace KsmTools.Rmap.Comparison;

/// <summary>How walks are compared.</summary>
public sealed class RmapComparisonOptions
{
    /// <summary>The metrics that decide; at least one.</summary>
    public IReadOnlyList<RmapMetric> DecidedBy { get; init; } = [RmapMetric.Mean];

    /// <summary>
    /// How sure a verdict must be, between 0 and 1. Where several metrics decide, each of their intervals is as much wider as keeps this for all together (Bonferroni).
    /// </summary>
    public double Confidence { get; init; } = 0.95;

    /// <summary>The regression that is allowed, as a share; null where none is asked about.</summary>
    public double? MaximumRegression { get; init; }

    /// <summary>What the reference is called.</summary>
    public string? ReferenceTag { get; init; }

    /// <summary>What the difference is called.</summary>
    public string? DifferenceTag { get; init; }
}
