using System.Text;

namespace KsmTools.Metrics;

/// <summary>A metric with its series. Of two values of one series the later one counts.</summary>
/// <param name="name">The name, which ends in the unit where there is one.</param>
/// <param name="kind">What the values are.</param>
/// <param name="help">What it is, in one line.</param>
/// <param name="unit">The unit; null for plain counts and states.</param>
internal sealed class MetricFamily(string name, MetricKind kind, string help, string? unit = null)
{
    private readonly Dictionary<string, string> _series = [];
    private readonly List<string> _order = [];

    /// <summary>Sets the value of a series; a value that there is not makes none.</summary>
    /// <param name="labels">The labels.</param>
    /// <param name="value">The number.</param>
    public void Set(MetricLabels labels, string? value)
    {
        if (value is not null)
        {
            Set(kind == MetricKind.Counter ? "_total" : string.Empty, labels, value);
        }
    }

    /// <summary>Sets one of the values that a histogram has under names of their own.</summary>
    public void Set(string suffix, MetricLabels labels, string value)
    {
        string series = $"{name}{suffix}{labels}";
        if (!_series.ContainsKey(series))
        {
            _order.Add(series);
        }

        _series[series] = value;
    }

    /// <summary>Writes the family; nothing where it has no series.</summary>
    public void Write(StringBuilder text, MetricFormat format)
    {
        if (_order.Count == 0)
        {
            return;
        }

        // OpenMetrics names a counter without its suffix; in the older format a counter of that name would have no values.
        string described = format == MetricFormat.Prometheus && kind == MetricKind.Counter ? $"{name}_total" : name;
        text.Append("# HELP ").Append(described).Append(' ').Append(help).Append('\n');
        text.Append("# TYPE ").Append(described).Append(' ').Append(Word(kind)).Append('\n');
        if (unit is not null && format == MetricFormat.OpenMetrics)
        {
            text.Append("# UNIT ").Append(described).Append(' ').Append(unit).Append('\n');
        }

        foreach (string series in _order)
        {
            text.Append(series).Append(' ').Append(_series[series]).Append('\n');
        }
    }

    private static string Word(MetricKind kind) => kind switch
    {
        MetricKind.Counter => "counter",
        MetricKind.Histogram => "histogram",
        _ => "gauge",
    };
}
