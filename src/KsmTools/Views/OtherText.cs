using System.Management.Automation;
using System.Management.Automation.Host;
using System.Management.Automation.Internal;
using KsmTools.Errors;

namespace KsmTools.Views;

/// <summary>What the views show of files of which only the names are known.</summary>
public static class OtherText
{
    // As PowerShell writes it before the text.
    private const string Heading = "   Other: ";
    private const string Separator = ", ";

    /// <summary>Names and texts in a line: <c>new_knob 5, pages_reused 17</c>.</summary>
    /// <param name="other">The names and texts, also after remoting, from JSON or as the one text that CSV has.</param>
    /// <returns>Null where there are none.</returns>
    public static string? Of(object? other) => (other is PSObject item ? item.BaseObject : other) is string text ? (text.Length > 0 ? TerminalText.Escape(text) : null) : NamedItems.Of(other) is { Count: > 0 } items
        ? TerminalText.Escape(string.Join(Separator, items.OrderBy(item => item.Name, StringComparer.Ordinal).Select(Of)))
        : null;

    /// <summary>The same as the heading of a table, which stands there only where there is something.</summary>
    /// <param name="other">As of <see cref="Of(object?)"/>.</param>
    /// <param name="host">Who shows it.</param>
    /// <returns>The text, with a file that does not fit into the line in the next; nothing at all, which is less than null, where there are none.</returns>
    public static object Group(object? other, PSHost? host)
    {
        if (Of(other) is not { } text)
        {
            return AutomationNull.Value;
        }

        // Without a terminal there is no line to fill.
        int width = CellText.Columns(host) is > 0 and var columns ? columns - 1 : int.MaxValue;
        string line = Heading;
        var lines = new List<string>();
        foreach (string item in text.Split(Separator))
        {
            if (line.Length > Heading.Length && line.Length + item.Length + 1 > width)
            {
                lines.Add(line.TrimEnd());
                line = new string(' ', Heading.Length);
            }

            line += item + Separator;
        }

        return string.Join('\n', [.. lines, line[..^Separator.Length]])[Heading.Length..];
    }

    private static string Of((string Name, object? Value) item) => item.Value switch { null => item.Name, "" => $"{item.Name} ''", _ => $"{item.Name} {item.Value}" };
}
