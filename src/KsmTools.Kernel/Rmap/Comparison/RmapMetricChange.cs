using KsmTools.Records;

namespace KsmTools.Rmap.Comparison;

/// <summary>How one metric of a group changed from the reference to the difference.</summary>
public sealed class RmapMetricChange
{
    /// <summary>The metric.</summary>
    public RmapMetric Metric { get; init; }

    /// <summary>What both values count; steps where one of the two does, which cannot be compared.</summary>
    public RmapTimeUnit TimeUnit { get; init; }

    /// <summary>The reference's value, in nanoseconds or in the clock's steps; null without walks.</summary>
    public double? ReferenceNanoseconds { get; init; }

    /// <summary>The difference's value, in nanoseconds or in the clock's steps; null without walks.</summary>
    public double? DifferenceNanoseconds { get; init; }

    /// <summary>The change in percent of the reference: -50 is half as long, 100 twice as long. Null where a value is missing or the reference is 0.</summary>
    public double? ChangePercent { get; init; }

    /// <summary>The lower end of the confidence interval of the change, in percent; null where the walks set no bound.</summary>
    public double? LowPercent { get; init; }

    /// <summary>The upper end of the confidence interval of the change, in percent; null where the walks set no bound.</summary>
    public double? HighPercent { get; init; }

    /// <summary>What this metric shows.</summary>
    public RmapVerdict Verdict { get; init; }
}
