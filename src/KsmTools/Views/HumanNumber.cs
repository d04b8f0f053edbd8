using System.Globalization;

namespace KsmTools.Views;

/// <summary>Counts, rates and ratios for people: <c>428,213</c>, <c>252.2</c>, <c>0.35</c>.</summary>
public static class HumanNumber
{
    /// <summary>Formats a number with as many decimals as say something, alike in every locale.</summary>
    /// <param name="value">The number; null is nothing to show.</param>
    /// <returns>The text, empty for null.</returns>
    public static string Format(double? value) => value is not { } number
        ? string.Empty
        : number.ToString(Math.Abs(number) switch { >= 1000 or 0 => "N0", >= 10 => "0.0", _ => "0.00" }, CultureInfo.InvariantCulture);

    /// <summary>Formats a count, alike in every locale.</summary>
    /// <param name="count">The count; null is nothing to show.</param>
    /// <returns>The text, empty for null.</returns>
    public static string FormatCount(long? count) => count?.ToString("N0", CultureInfo.InvariantCulture) ?? string.Empty;
}
