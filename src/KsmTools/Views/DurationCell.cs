using System.Globalization;
using KsmTools.Records;
using KsmTools.Rmap;

namespace KsmTools.Views;

/// <summary>Durations as columns of tables show them: at most nine characters, whatever they are. Lists and properties have all digits.</summary>
public static class DurationCell
{
    private const double FirstShortened = 1e6;
    private const double LongSeconds = 1000;
    private const double LongestWithTenths = 99_999.95;
    private const double Longest = 999_999.5;
    private const double Day = 86_400;

    /// <summary>A duration in nanoseconds: <c>705.12 ms</c>; from 1,000 seconds on with fewer decimals, from a million on in days.</summary>
    /// <param name="nanoseconds">The duration; null is empty.</param>
    public static string Format(double? nanoseconds) => Format(nanoseconds, RmapTimeUnit.Nanoseconds);

    /// <summary>A duration: <c>705.12 ms</c>, <c>12345.7 s</c>; of a clock that counts steps, the steps: <c>42</c>, <c>2.12 G</c>.</summary>
    /// <param name="value">The duration; null is empty.</param>
    /// <param name="unit">What it counts.</param>
    public static string Format(double? value, RmapTimeUnit unit)
    {
        if (value is not { } number)
        {
            return string.Empty;
        }

        return unit == RmapTimeUnit.Nanoseconds && FormatSeconds(number / 1e9) is { } seconds ? seconds
            : unit != RmapTimeUnit.Nanoseconds && number >= FirstShortened ? HumanNumber.FormatShort((long)number)
            : DurationText.Format(number, unit);
    }

    /// <summary>A duration of walks; a lower bound of 0 says nothing, and is empty.</summary>
    /// <param name="value">The duration; null is empty.</param>
    /// <param name="isBound">Whether it is a lower bound only.</param>
    /// <param name="unit">What it counts.</param>
    public static string Bound(double? value, bool isBound, RmapTimeUnit unit) => isBound && value == 0 ? string.Empty : Format(value, unit);

    private static string? FormatSeconds(double seconds) => seconds switch
    {
        < LongSeconds => null,
        < LongestWithTenths => seconds.ToString("0.0", CultureInfo.InvariantCulture) + " s",
        < Longest => seconds.ToString("0", CultureInfo.InvariantCulture) + " s",
        _ => (seconds / Day).ToString("0", CultureInfo.InvariantCulture) + " d",
    };
}
