using System.Globalization;
using KsmTools.Records;
using KsmTools.Rmap;

namespace KsmTools.Views;

/// <summary>Durations and times as the views show them.</summary>
public static class HumanDuration
{
    /// <summary>A duration in the unit that fits: <c>705.12 ms</c>.</summary>
    /// <param name="nanoseconds">The duration; null is empty.</param>
    public static string Format(long? nanoseconds) => FormatIn(nanoseconds, RmapTimeUnit.Nanoseconds);

    /// <summary>A duration in the unit that fits, or a number of steps as it is.</summary>
    /// <param name="value">The duration; null is empty.</param>
    /// <param name="unit">What it counts.</param>
    public static string FormatIn(double? value, RmapTimeUnit unit) => DurationText.Format(value, unit);

    /// <summary>A duration of walks; a lower bound of 0 says nothing, and is empty.</summary>
    /// <param name="value">The duration; null is empty.</param>
    /// <param name="isBound">Whether it is a lower bound only.</param>
    /// <param name="unit">What it counts.</param>
    public static string Bound(double? value, bool isBound, RmapTimeUnit unit) => DurationText.Bound(value, isBound, unit);

    /// <summary>A timestamp in seconds with all its digits, or a number of steps as it is.</summary>
    /// <param name="timestamp">The time.</param>
    /// <param name="unit">What it counts.</param>
    public static string FormatTime(long timestamp, RmapTimeUnit unit) => unit == RmapTimeUnit.Nanoseconds
        ? string.Create(CultureInfo.InvariantCulture, $"{timestamp / 1_000_000_000m:0.000000000}")
        : timestamp.ToString(CultureInfo.InvariantCulture);
}
