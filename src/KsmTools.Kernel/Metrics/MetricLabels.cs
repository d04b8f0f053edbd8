using System.Globalization;
using System.Text;

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

    // What both formats escape. A thread may name itself with bytes that are no text: those came here as U+FFFD.
    private static string Escape(string value)
    {
        var text = new StringBuilder(value.Length);
        foreach (char character in value)
        {
            _ = character switch
            {
                '\\' => text.Append(@"\\"),
                '"' => text.Append("\\\""),
                '\n' => text.Append(@"\n"),
                _ => text.Append(character),
            };
        }

        return text.ToString();
    }
}
