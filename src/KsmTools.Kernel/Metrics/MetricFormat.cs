namespace KsmTools.Metrics;

/// <summary>How metrics are spelled.</summary>
public enum MetricFormat
{
    /// <summary>OpenMetrics 1.0. Parsers of the older format read it too, and take its counters for untyped values.</summary>
    OpenMetrics,

    /// <summary>The Prometheus text format 0.0.4, with counters typed as such.</summary>
    Prometheus,
}
