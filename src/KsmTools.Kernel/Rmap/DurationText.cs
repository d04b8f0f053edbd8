using System.Globalization;
using KsmTools.Records;

namespace KsmTools.Rmap;

/// <summary>Durations for people, alike in every locale.</summary>
public static class DurationText
{
    private static readonly (double Size, string Name)[] Units = [(1e9, "s"), (1e6, "ms"), (1e3, "\u00B5s")];

    /// <summary>A duration in the unit that fits: <c>705.12 ms</c>; a number of steps as it is.</summary>
    /// <param name="value">The duration; null is empty.</param>
    /// <param name="unit">What it counts.</param>
    public static string Format(double? value, RmapTimeUnit unit) => Format(value, unit, "0.00");

    /// <summary>A duration that may be known by a lower bound only: one of 0 says nothing, and nothing is shown.</summary>
    /// <param name="value">The duration; null is empty.</param>
    /// <param name="isBound">Whether it is a lower bound.</param>
    /// <param name="unit">What it counts.</param>
    public static string Bound(double? value, bool isBound, RmapTimeUnit unit) => Format(Bound(value, isBound), unit);

    /// <summary>A lower bound that says something; null where it is 0.</summary>
    /// <param name="value">The duration.</param>
    /// <param name="isBound">Whether it is a lower bound.</param>
    internal static double? Bound(double? value, bool isBound) => isBound && value == 0 ? null : value;

    /// <summary>A duration of an axis, with no more digits than it needs: <c>2.5 ms</c>.</summary>
    /// <param name="value">The duration.</param>
    /// <param name="unit">What it counts.</param>
    internal static string Axis(double value, RmapTimeUnit unit) => Format(value, unit, "0.##");

    private static string Format(double? value, RmapTimeUnit unit, string digits)
    {
        if (value is not { } number)
        {
            return string.Empty;
        }

        if (unit == RmapTimeUnit.Nanoseconds)
        {
            foreach ((double size, string name) in Units)
            {
                // What rounds to the next unit belongs there: 999.996 us is 1 ms.
                if (Math.Abs(number) >= size * 0.999995)
                {
                    return (number / size).ToString(digits, CultureInfo.InvariantCulture) + " " + name;
                }
            }
        }

        return number.ToString("0.##", CultureInfo.InvariantCulture) + (unit == RmapTimeUnit.Nanoseconds ? " ns" : string.Empty);
    }
}
