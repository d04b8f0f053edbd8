using KsmTools.Records;

namespace KsmTools.Rmap.Comparison;

/// <summary>How the walks of a group changed from one set to another. A group key that was not grouped by is null.</summary>
public sealed class RmapWalkComparison
{
    /// <summary>The page type of the group.</summary>
    public RmapPageType? PageType { get; init; }

    /// <summary>The thread name of the group.</summary>
    public string? Command { get; init; }

    /// <summary>The thread of the group.</summary>
    public int? ThreadId { get; init; }

    /// <summary>The CPU that the group's walks began on.</summary>
    public int? Cpu { get; init; }

    /// <summary>Whether the callers held the lock already.</summary>
    public bool? Locked { get; init; }

    /// <summary>The kernel function that asked for the group's walks.</summary>
    public string? Caller { get; init; }

    /// <summary>The max_page_sharing of the group, where the results say it.</summary>
    public long? MaxPageSharing { get; init; }

    /// <summary>What the reference is called.</summary>
    public string? ReferenceTag { get; init; }

    /// <summary>What the difference is called.</summary>
    public string? DifferenceTag { get; init; }

    /// <summary>Walks of the reference.</summary>
    public long ReferenceCount { get; init; }

    /// <summary>Walks of the difference.</summary>
    public long DifferenceCount { get; init; }

    /// <summary>The change of the count, in percent of the reference's; null where that has none.</summary>
    public double? CountChangePercent { get; init; }

    /// <summary>The change of the mean.</summary>
    public RmapMetricChange Mean { get; init; } = new();

    /// <summary>The change of the median.</summary>
    public RmapMetricChange P50 { get; init; } = new() { Metric = RmapMetric.P50 };

    /// <summary>The change of the 90th percentile.</summary>
    public RmapMetricChange P90 { get; init; } = new() { Metric = RmapMetric.P90 };

    /// <summary>The change of the 99th percentile.</summary>
    public RmapMetricChange P99 { get; init; } = new() { Metric = RmapMetric.P99 };

    /// <summary>The change of the 99.9th percentile.</summary>
    public RmapMetricChange P999 { get; init; } = new() { Metric = RmapMetric.P999 };

    /// <summary>What the metrics that decide show together.</summary>
    public RmapVerdict Verdict { get; init; }

    /// <summary>The metrics that decide <see cref="Verdict"/> and <see cref="Passed"/>.</summary>
    public IReadOnlyList<RmapMetric> DecidedBy { get; init; } = [];

    /// <summary>
    /// How sure the metrics that decide are together, such as 0.95: sets of walks without a difference are told apart no more often than in the rest of the cases.
    /// </summary>
    public double Confidence { get; init; }

    /// <summary>The regression that is allowed, as a share such as 0.1; null where none was asked about.</summary>
    public double? MaximumRegression { get; init; }

    /// <summary>
    /// Whether the group keeps within <see cref="MaximumRegression"/>: false where a metric that decides is shown to be slower and exceeds it, or
    /// nothing can be compared. Null where none was asked about.
    /// </summary>
    public bool? Passed { get; init; }

    /// <summary>Whether durations of a side are bounded from below only.</summary>
    public bool Approximate { get; init; }

    /// <summary>What the durations count; steps where one of the two does, which cannot be compared.</summary>
    public RmapTimeUnit TimeUnit { get; init; }

    /// <summary>The change of a metric.</summary>
    /// <param name="metric">The metric.</param>
    public RmapMetricChange Of(RmapMetric metric) => metric switch
    {
        RmapMetric.Mean => Mean,
        RmapMetric.P50 => P50,
        RmapMetric.P90 => P90,
        RmapMetric.P99 => P99,
        RmapMetric.P999 => P999,
        _ => throw new ArgumentOutOfRangeException(nameof(metric)),
    };

    /// <summary>
    /// The metrics that decide and exceed <see cref="MaximumRegression"/> without being shown to be slower: too few walks, or too scattered ones, to say.
    /// </summary>
    public IEnumerable<RmapMetricChange> Undecided() => Verdict == RmapVerdict.NotComparable || MaximumRegression is not { } limit
        ? []
        : DecidedBy.Select(Of).Where(change => change.Verdict != RmapVerdict.Slower && change.ChangePercent > limit * 100);
}
