using System.Globalization;
using System.Management.Automation;

namespace KsmTools.Shell.Utility;

/// <summary>Compares values as PowerShell orders them: numbers as numbers, text in a culture, and as text what cannot be compared.</summary>
internal sealed class KeyComparer(bool ascending, CultureInfo? culture, bool caseSensitive)
{
    private readonly CultureInfo _culture = culture ?? CultureInfo.CurrentCulture;
    private readonly CompareOptions _options = caseSensitive ? CompareOptions.None : CompareOptions.IgnoreCase;

    public int Compare(in KeyValue first, in KeyValue second)
    {
        if (first.Exists && second.Exists)
        {
            return Compare(first.Value, second.Value);
        }

        // What has no such property comes last, whichever the order.
        return first.Exists ? -1 : second.Exists ? 1 : 0;
    }

    public int Compare(object? first, object? second)
    {
        first = first is PSObject wrappedFirst ? wrappedFirst.BaseObject : first;
        second = second is PSObject wrappedSecond ? wrappedSecond.BaseObject : second;
        int order = (first, second) switch
        {
            (null, null) => 0,
            (long left, long right) => left.CompareTo(right),
            (int left, int right) => left.CompareTo(right),
            (string left, string right) => _culture.CompareInfo.Compare(left, right, _options),
            _ => General(first, second),
        };
        return ascending ? order : -order;
    }

    private int General(object? first, object? second) =>
        LanguagePrimitives.TryCompare(first, second, !caseSensitive, _culture, out int order)
            ? order
            : _culture.CompareInfo.Compare(Text(first), Text(second), _options);

    private static string Text(object? value) => PSObject.AsPSObject(value ?? string.Empty).ToString();
}

/// <summary>The value of a property, or that there is none.</summary>
internal readonly record struct KeyValue(object? Value, bool Exists)
{
    public static KeyValue Missing => default;
}

/// <summary>An object with what it is ordered by.</summary>
internal sealed class KeyedObject(PSObject item, KeyValue[] keys, bool comparable, int index)
{
    public PSObject Item => item;

    public KeyValue[] Keys => keys;

    /// <summary>Whether it has any of the properties.</summary>
    public bool Comparable => comparable;

    public int Index => index;
}

/// <summary>Compares objects by all of their keys.</summary>
internal sealed class KeyedObjectComparer(KeyComparer[] comparers) : IComparer<KeyedObject>
{
    public int Compare(KeyedObject? x, KeyedObject? y)
    {
        for (int i = 0; i < comparers.Length; i++)
        {
            KeyValue first = i < x!.Keys.Length ? x.Keys[i] : KeyValue.Missing;
            KeyValue second = i < y!.Keys.Length ? y.Keys[i] : KeyValue.Missing;
            int order = comparers[i].Compare(first, second);
            if (order != 0)
            {
                return order;
            }
        }

        return 0;
    }
}

/// <summary>The same, with the order of input among equals.</summary>
internal sealed class StableComparer(IComparer<KeyedObject> comparer) : IComparer<KeyedObject>
{
    public int Compare(KeyedObject? x, KeyedObject? y)
    {
        if (x!.Comparable != y!.Comparable)
        {
            return x.Comparable ? -1 : 1;
        }

        int order = comparer.Compare(x, y);
        return order != 0 ? order : x.Index.CompareTo(y.Index);
    }
}
