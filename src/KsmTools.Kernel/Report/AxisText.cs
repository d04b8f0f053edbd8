using KsmTools.Records;
using KsmTools.Rmap;

namespace KsmTools.Report;

/// <summary>Durations of charts, in few characters.</summary>
internal static class AxisText
{
    /// <summary>A duration where an axis, a row or a bar begins or ends, with no more digits than it needs: <c>2.5 ms</c>; of a clock that counts steps, the steps as walks are counted: <c>5,000</c>, <c>100 M</c>.</summary>
    /// <param name="value">The duration.</param>
    /// <param name="unit">What it counts.</param>
    public static string Of(double value, RmapTimeUnit unit) => unit == RmapTimeUnit.Ticks ? CountAxis.Text(value) : DurationText.Axis(value, unit);

    /// <summary>A duration that was measured: <c>2.50 ms</c>; steps as <see cref="Of"/> has them.</summary>
    /// <param name="value">The duration.</param>
    /// <param name="unit">What it counts.</param>
    public static string Measured(double value, RmapTimeUnit unit) => unit == RmapTimeUnit.Ticks ? CountAxis.Text(value) : DurationText.Format(value, unit);
}
