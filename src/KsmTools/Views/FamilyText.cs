using System.Globalization;

namespace KsmTools.Views;

/// <summary>What the views of walk strategies show of a family of mappings.</summary>
public static class FamilyText
{
    /// <summary>The range in which they are, and how many share an anon_vma at most: <c>7f7e9b1df000-7f7ea0000000, at most 20000 VMAs</c>.</summary>
    /// <param name="start">The first address; null is nothing to show.</param>
    /// <param name="end">The address behind the last.</param>
    /// <param name="maximumVmaCount">How many mappings there are at most.</param>
    public static string Format(long? start, long? end, int? maximumVmaCount) =>
        start is null ? string.Empty : string.Create(CultureInfo.InvariantCulture, $"{start:x}-{end:x}, at most {maximumVmaCount} VMAs");
}
