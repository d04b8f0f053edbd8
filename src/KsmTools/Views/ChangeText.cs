using System.Globalization;
using KsmTools.Errors;
using KsmTools.Rmap.Comparison;

namespace KsmTools.Views;

/// <summary>Changes as the views show them.</summary>
public static class ChangeText
{
    private const double Tenfold = 10;
    private const double Tenth = 0.1;
    private const string Infinity = "\u221E";

    /// <summary>A change: <c>+7.6%</c>; from tenfold on as a factor: <c>×1,638</c>, <c>÷1,637</c>; from nothing to something, <c>∞</c>.</summary>
    /// <param name="percent">The change in percent; null is empty.</param>
    public static string Format(double? percent)
    {
        if (percent is not { } change)
        {
            return string.Empty;
        }

        double ratio = 1 + (change / 100);
        return double.IsPositiveInfinity(ratio) ? Infinity
            : ratio >= Tenfold ? "\u00D7" + HumanNumber.Format(ratio)
            : ratio is > 0 and <= Tenth ? "\u00F7" + HumanNumber.Format(1 / ratio)
            : (Math.Round(change, 1) + 0.0).ToString("+0.0;-0.0;0.0", CultureInfo.InvariantCulture) + "%";
    }

    /// <summary>A change, in parentheses where it is not shown to be one.</summary>
    /// <param name="percent">The change in percent; null is empty.</param>
    /// <param name="verdict">What the metric shows.</param>
    public static string FormatShown(double? percent, RmapVerdict verdict) =>
        percent is null || verdict is RmapVerdict.Faster or RmapVerdict.Slower ? Format(percent) : $"({Format(percent)})";

    /// <summary>An interval: <c>-3.1% .. +12.0%</c>.</summary>
    /// <param name="change">The change.</param>
    internal static string Interval(RmapMetricChange change)
    {
        ArgumentNullException.ThrowIfNull(change);
        return FormatInterval(change.LowPercent, change.HighPercent, change.Verdict);
    }

    /// <summary>An interval: <c>-3.1% .. +12.0%</c>; where the walks set no bound it goes from -100% or to infinity.</summary>
    /// <param name="low">The lower end in percent.</param>
    /// <param name="high">The upper end in percent.</param>
    /// <param name="verdict">What the metric shows.</param>
    public static string FormatInterval(double? low, double? high, RmapVerdict verdict) => verdict == RmapVerdict.NotComparable
        ? string.Empty
        : $"{(low is null ? "-100%" : Format(low))} .. {(high is null ? Infinity : Format(high))}";

    /// <summary>A metric in a list: <c>1.13 s > 690.83 µs: ÷1,637 (÷2,489 .. ÷1,069), Faster</c>.</summary>
    /// <param name="reference">What it was; null is unknown.</param>
    /// <param name="difference">What it is; null is unknown.</param>
    /// <param name="percent">The change in percent.</param>
    /// <param name="low">The lower end in percent.</param>
    /// <param name="high">The upper end in percent.</param>
    /// <param name="verdict">What the metric shows.</param>
    /// <param name="unit">What the durations count.</param>
    public static string Line(double? reference, double? difference, double? percent, double? low, double? high, RmapVerdict verdict, Records.RmapTimeUnit unit)
    {
        string values = $"{HumanDuration.FormatIn(reference, unit)} > {HumanDuration.FormatIn(difference, unit)}";
        return verdict == RmapVerdict.NotComparable ? values : $"{values}: {Format(percent)} ({FormatInterval(low, high, verdict)}), {verdict}";
    }

    /// <summary>How many walks: before and after.</summary>
    /// <param name="reference">Before.</param>
    /// <param name="difference">After.</param>
    public static string Counts(long reference, long difference) => string.Create(CultureInfo.InvariantCulture, $"{reference} > {difference}");

    /// <summary>The group of a comparison, with the setting it was taken under.</summary>
    /// <param name="group">The group's keys, as <see cref="WalkText.Group"/> has them.</param>
    /// <param name="maxPageSharing">The setting; null where it is not known.</param>
    public static string WithSetting(string group, long? maxPageSharing) =>
        TerminalText.Escape(maxPageSharing is null ? group : string.Create(CultureInfo.InvariantCulture, $"{group}, sharing {maxPageSharing}"));

    /// <summary>The group of a comparison.</summary>
    /// <param name="comparison">The comparison.</param>
    internal static string Group(RmapWalkComparison comparison)
    {
        ArgumentNullException.ThrowIfNull(comparison);
        return WithSetting(
            WalkText.Group(comparison.PageType, comparison.Command, comparison.ThreadId, comparison.Cpu, comparison.Locked, comparison.Caller, comparison.Approximate, comparison.TimeUnit),
            comparison.MaxPageSharing);
    }
}
