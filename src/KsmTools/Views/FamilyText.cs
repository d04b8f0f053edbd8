using System.Globalization;

namespace KsmTools.Views;

/// <summary>What the views of walk strategies show of a family of mappings.</summary>
public static class FamilyText
{
    /// <summary>The range as <c>/proc/pid/maps</c> shows it, and the number of mappings: <c>7f7e9b1df000-7f7ea0000000, 20000 VMAs</c>.</summary>
    /// <param name="start">The first address; null is nothing to show.</param>
    /// <param name="end">The address behind the last.</param>
    /// <param name="vmaCount">How many mappings there are.</param>
    public static string Format(long? start, long? end, int? vmaCount) =>
        start is null ? string.Empty : string.Create(CultureInfo.InvariantCulture, $"{start:x}-{end:x}, {vmaCount} VMAs");
}
