using System.Globalization;
using KsmTools.Rmap;

namespace KsmTools.Views;

/// <summary>Durations and times as the views show them.</summary>
public static class HumanDuration
{
    private static readonly (double Size, string Name)[] Units = [(1e9, "s"), (1e6, "ms"), (1e3, "\u00B5s")];

    /// <summary>A duration in the unit that fits: <c>705.12 ms</c>.</summary>
    /// <param name="nanoseconds">The duration; null is empty.</param>
    public static string Format(long? nanoseconds) => FormatIn(nanoseconds, RmapTimeUnit.Nanoseconds);

    /// <summary>A duration in the unit that fits, or a number of steps as it is.</summary>
    /// <param name="value">The duration; null is empty.</param>
    /// <param name="unit">What it counts.</param>
    public static string FormatIn(double? value, RmapTimeUnit unit)
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
                    return string.Create(CultureInfo.InvariantCulture, $"{number / size:0.00} {name}");
                }
            }
        }

        return string.Create(CultureInfo.InvariantCulture, $"{number:0.##}{(unit == RmapTimeUnit.Nanoseconds ? " ns" : string.Empty)}");
    }

    /// <summary>A timestamp in seconds with all its digits, or a number of steps as it is.</summary>
    /// <param name="timestamp">The time.</param>
    /// <param name="unit">What it counts.</param>
    public static string FormatTime(long timestamp, RmapTimeUnit unit) => unit == RmapTimeUnit.Nanoseconds
        ? string.Create(CultureInfo.InvariantCulture, $"{timestamp / 1_000_000_000m:0.000000000}")
        : timestamp.ToString(CultureInfo.InvariantCulture);
}
