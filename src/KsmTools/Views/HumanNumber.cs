using System.Globalization;

namespace KsmTools.Views;

/// <summary>Counts, rates and ratios for people: <c>428,213</c>, <c>252.2</c>, <c>0.35</c>.</summary>
public static class HumanNumber
{
    private const long Million = 1_000_000;
    private const string Units = "MGTPE";

    // What three digits would make 1000 of.
    private const double Rounded = 999.5;

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

    /// <summary>Formats a count in at most seven characters, alike in every locale: <c>512,000</c>, and from a million on three digits and a unit, <c>5.12 M</c>.</summary>
    /// <param name="count">The count; null is nothing to show.</param>
    /// <returns>The text, empty for null.</returns>
    public static string FormatShort(long? count)
    {
        if (count is not >= Million)
        {
            return FormatCount(count);
        }

        double value = count.Value;
        int unit = -1;
        for (value /= 1000; value >= Rounded && unit < Units.Length - 1; unit++)
        {
            value /= 1000;
        }

        return value.ToString(value switch { >= 99.95 => "0", >= 9.995 => "0.0", _ => "0.00" }, CultureInfo.InvariantCulture) + " " + Units[unit];
    }
}
