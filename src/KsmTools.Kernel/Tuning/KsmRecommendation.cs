using KsmTools.Ksm;

namespace KsmTools.Tuning;

/// <summary>What a policy recommends, and why. Sizes are bytes; what a policy does not look at is null or empty.</summary>
public sealed record KsmRecommendation
{
    /// <summary>The policy.</summary>
    public KsmPolicy Policy { get; init; }

    /// <summary>What it comes to.</summary>
    public KsmTuningAction Action { get; init; }

    /// <summary>When it was made.</summary>
    public DateTimeOffset Time { get; init; } = DateTimeOffset.Now;

    /// <summary>The knobs as they were.</summary>
    public required KsmConfiguration Current { get; init; }

    /// <summary>The knobs to set, for Set-KsmConfiguration: one that is null is to be left alone. Null where nothing can be recommended.</summary>
    public KsmConfiguration? Recommended { get; init; }

    /// <summary>What setting them changes.</summary>
    public KsmKnobChange[] Changes { get; init; } = [];

    /// <summary>Why, the decisive reason first.</summary>
    public string[] Reasons { get; init; } = [];

    /// <summary>Whether the changes were made.</summary>
    public bool Applied { get; init; }

    /// <summary>ScanTime: how long a full scan should take.</summary>
    public TimeSpan? TargetScanTime { get; init; }

    /// <summary>ScanTime: the shortest full scan that the limits allow, by what scanning has cost since boot; null where nothing was scanned yet.</summary>
    public TimeSpan? ShortestScanTime { get; init; }

    /// <summary>ScanTime: the share of a CPU that a full scan in the target time takes, in percent, by the same reckoning.</summary>
    public double? ExpectedCpuPercent { get; init; }

    /// <summary>ScanTime: pages per batch that the advisor will come to, by the same reckoning; null where no number of pages meets the target.</summary>
    public long? ExpectedPagesToScan { get; init; }

    /// <summary>MemoryPressure: <c>MemAvailable</c>.</summary>
    public long? AvailableBytes { get; init; }

    /// <summary>MemoryPressure: memory is short below this.</summary>
    public long? ThresholdBytes { get; init; }

    /// <summary>WalkLatency: the budget. 99% of walks are to take no longer.</summary>
    public TimeSpan? MaximumWalkLatency { get; init; }

    /// <summary>WalkLatency: the largest <c>max_page_sharing</c> within the budget; null where none is.</summary>
    public uint? MaxPageSharing { get; init; }

    /// <summary>WalkLatency: whether that value was reckoned from a measurement at another one.</summary>
    public bool? Predicted { get; init; }

    /// <summary>WalkLatency: the measurements, in order; the last may be a prediction.</summary>
    public KsmWalkMeasurement[] Measurements { get; init; } = [];

    /// <summary>WalkLatency: which mappings this kernel visits when it walks a KSM page. Where that is bounded, <c>max_page_sharing</c> is not lowered.</summary>
    public KsmWalkBounds? WalkBounds { get; init; }

    /// <summary>MemoryPressure, WalkLatency: what merging saves now.</summary>
    public long? SavedBytes { get; init; }

    /// <summary>WalkLatency: what merging the same pages saves at least with the recommended value.</summary>
    public long? ExpectedSavedBytes { get; init; }
}
