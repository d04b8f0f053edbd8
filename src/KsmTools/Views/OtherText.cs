using System.Management.Automation;
using System.Management.Automation.Internal;
using KsmTools.Errors;

namespace KsmTools.Views;

/// <summary>What the views show of files of which only the names are known.</summary>
public static class OtherText
{
    /// <summary>Names and texts in a line: <c>new_knob 5, pages_reused 17</c>.</summary>
    /// <param name="other">The names and texts, also after remoting, from JSON or as the one text that CSV has.</param>
    /// <returns>Null where there are none.</returns>
    public static string? Of(object? other) => (other is PSObject item ? item.BaseObject : other) is string text ? (text.Length > 0 ? TerminalText.Escape(text) : null) : NamedItems.Of(other) is { Count: > 0 } items
        ? TerminalText.Escape(string.Join(", ", items.OrderBy(item => item.Name, StringComparer.Ordinal).Select(item => item.Value is null ? item.Name : $"{item.Name} {item.Value}")))
        : null;

    /// <summary>The same as the heading of a table, which stands there only where there is something.</summary>
    /// <param name="other">As of <see cref="Of"/>.</param>
    /// <returns>The text; nothing at all, which is less than null, where there are none.</returns>
    public static object Group(object? other) => Of(other) ?? (object)AutomationNull.Value;
}
