namespace KsmTools.Metrics;

/// <summary>What the values of a family are.</summary>
internal enum MetricKind
{
    /// <summary>A value that goes up and down.</summary>
    Gauge,

    /// <summary>A value that only grows, until the machine boots.</summary>
    Counter,

    /// <summary>Counts of durations up to each bound, with their sum.</summary>
    Histogram,
}
