using System.Globalization;
using KsmTools.Errors;

namespace KsmTools.Metrics;

/// <summary>The labels of a series, in the order in which they were added.</summary>
internal readonly struct MetricLabels
{
    private readonly string? _text;

    private MetricLabels(string text) => _text = text;

    /// <summary>The labels between their braces; empty without any.</summary>
    public override string ToString() => string.IsNullOrEmpty(_text) ? string.Empty : $"{{{_text}}}";

    /// <summary>These and one more; these alone where there is no value.</summary>
    /// <param name="name">The label.</param>
    /// <param name="value">Its value, anything at all.</param>
    public MetricLabels With(string name, string? value) =>
        value is null ? this : new MetricLabels($"{_text}{(string.IsNullOrEmpty(_text) ? string.Empty : ",")}{name}=\"{Escape(value)}\"");

    /// <inheritdoc cref="With(string, string?)"/>
    public MetricLabels With(string name, long? value) => With(name, value?.ToString(CultureInfo.InvariantCulture));

    // What both formats escape, and what a terminal would obey: a name may hold any bytes, and documents are looked at. Those that are no text came here as U+FFFD.
    private static string Escape(string value) => string.Join(@"\n", value.Split('\n').Select(TerminalText.Escape).Select(
        line => line.Replace(@"\", @"\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal)));
}
