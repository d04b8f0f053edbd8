using System.Collections;
using System.Management.Automation;

namespace KsmTools.Views;

/// <summary>Names with a value each: a dictionary, also one that has been through remoting or Clixml, or the object that JSON makes of one.</summary>
internal static class NamedItems
{
    /// <summary>The names and values, in order.</summary>
    /// <param name="value">The object.</param>
    /// <returns>Null where it is nothing of the kind.</returns>
    public static IReadOnlyList<(string Name, object? Value)>? Of(object? value) => (value is PSObject item ? item.BaseObject : value) switch
    {
        IDictionary items => [.. Entries(items)],
        PSCustomObject => [.. ((PSObject)value!).Properties.Select(property => (property.Name, Bare(property.Value)))],
        _ => null,
    };

    // To count through it would give entries of one type or another.
    private static IEnumerable<(string Name, object? Value)> Entries(IDictionary items)
    {
        IDictionaryEnumerator each = items.GetEnumerator();
        while (each.MoveNext())
        {
            yield return (Bare(each.Key)?.ToString() ?? string.Empty, Bare(each.Value));
        }
    }

    private static object? Bare(object? value) => value is PSObject item ? item.BaseObject : value;
}
