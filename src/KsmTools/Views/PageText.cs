using System.Globalization;

namespace KsmTools.Views;

/// <summary>What the views of pages show in one column.</summary>
public static class PageText
{
    /// <summary>The node, or both where pages were moved: <c>0>1</c>.</summary>
    /// <param name="from">Where they were; null is not known.</param>
    /// <param name="to">Where they were moved to; null is nowhere.</param>
    public static string Nodes(int? from, int? to) => to is null
        ? from?.ToString(CultureInfo.InvariantCulture) ?? string.Empty
        : string.Create(CultureInfo.InvariantCulture, $"{from}>{to}");
}
