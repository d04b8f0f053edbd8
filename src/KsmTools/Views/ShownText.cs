using System.Collections;
using System.Management.Automation;
using KsmTools.Errors;

namespace KsmTools.Views;

/// <summary>Names and other text that may be anybody's, as the views show them.</summary>
public static class ShownText
{
    /// <summary>What a column shows of a property's value, also after remoting: control characters are escaped.</summary>
    /// <param name="value">A text, a list of texts or of objects, or an object that shows as text; null is empty.</param>
    /// <returns>Text for text, an array for a list; numbers and times as they are.</returns>
    public static object? Of(object? value) => (value is PSObject item ? item.BaseObject : value) switch
    {
        null => null,
        string text => TerminalText.Escape(text),
        IFormattable number => number,
        IEnumerable list => list.Cast<object?>().Select(Of).ToArray(),
        _ => TerminalText.Escape(PSObject.AsPSObject(value).ToString()),
    };
}
