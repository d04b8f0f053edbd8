namespace KsmTools.Rmap.Comparison;

/// <summary>What two sets of walks are compared by.</summary>
public enum RmapMetric
{
    /// <summary>The mean: every walk counts, and the longest count most.</summary>
    Mean = 0,

    /// <summary>The median.</summary>
    P50 = 1,

    /// <summary>What 90% of the walks do not exceed.</summary>
    P90 = 2,

    /// <summary>What 99% of the walks do not exceed.</summary>
    P99 = 3,

    /// <summary>What 99.9% of the walks do not exceed.</summary>
    P999 = 4,
}
