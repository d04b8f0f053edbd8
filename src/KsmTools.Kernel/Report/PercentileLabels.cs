using KsmTools.Rmap;

namespace KsmTools.Report;

/// <summary>Where the label of a percentile is: its row of several, its left, and whether its line begins below it.</summary>
internal readonly record struct PercentileLabel(double At, string Text, int Row, double Start, bool IsOver)
{
    /// <summary>Its right.</summary>
    public double End => Start + FontMetrics.Width(Text, Drawing.Small);
}

/// <summary>
/// The labels of a group's percentiles, above their lines: each beside its own line, none on another or on another's line. What is equal has one label that says so.
/// </summary>
internal static class PercentileLabels
{
    private const double Away = 4;
    private const double Gap = 8;
    private const double Conflict = 1000;

    /// <summary>Places the labels.</summary>
    /// <param name="statistics">The group.</param>
    /// <param name="axis">Where durations are.</param>
    /// <param name="left">Where labels may begin.</param>
    /// <param name="right">Where they must end.</param>
    public static IReadOnlyList<PercentileLabel> Place(RmapWalkStatistics statistics, LogAxis axis, double left, double right)
    {
        (string Name, long Value)[] values = [("P50", statistics.P50Nanoseconds!.Value), ("P99", statistics.P99Nanoseconds!.Value), ("max", statistics.MaximumNanoseconds!.Value)];
        (double At, string Text)[] labels =
        [
            .. values.GroupBy(one => one.Value).OrderBy(group => group.Key)
                .Select(group => (axis.At(group.Key), string.Join(" = ", group.Select(one => one.Name)) + " " + AxisText.Measured(group.Key, statistics.TimeUnit))),
        ];

        // There are three at most, so that every way can be looked at.
        var best = new List<PercentileLabel>();
        double least = double.PositiveInfinity;
        foreach (PercentileLabel[] way in Ways(labels, left, right))
        {
            double cost = Cost(way, left, right);
            if (cost < least)
            {
                least = cost;
                best = [.. way];
            }
        }

        return best;
    }

    private static IEnumerable<PercentileLabel[]> Ways((double At, string Text)[] labels, double left, double right)
    {
        IEnumerable<PercentileLabel[]> ways = [[]];
        foreach ((double at, string text) in labels)
        {
            double width = FontMetrics.Width(text, Drawing.Small);
            double last = Math.Max(left, right - width);

            // Beside the line, or over it: in the middle, or as far at the left or the right as there is room.
            double[] over = [.. ((double[])[Math.Clamp(at - (width / 2), left, last), left, last]).Distinct().Where(start => start <= at && at <= start + width)];
            (double Start, bool IsOver)[] sides = [(at + Away, false), (at - Away - width, false), .. over.Select(start => (start, true))];
            ways = [.. ways.SelectMany(way => sides.SelectMany(side => Enumerable.Range(0, labels.Length).Select(row => (PercentileLabel[])[.. way, new PercentileLabel(at, text, row, side.Start, side.IsOver)])))];
        }

        return ways;
    }

    private static double Cost(PercentileLabel[] way, double left, double right)
    {
        double cost = 10 * way.Max(label => label.Row);
        for (int i = 0; i < way.Length; i++)
        {
            PercentileLabel label = way[i];
            cost += label.IsOver ? 3 : label.Start < label.At ? 1 : 0;
            cost += label.Start < left || label.End > right ? Conflict : 0;
            for (int j = 0; j < way.Length; j++)
            {
                PercentileLabel other = way[j];
                bool touches = j != i && other.Row == label.Row && other.Start < label.End + Gap && label.Start < other.End + Gap;

                // A line runs from its label's row down.
                bool crosses = j != i && (other.IsOver ? other.Row < label.Row : other.Row <= label.Row) && other.At > label.Start - 2 && other.At < label.End + 2;
                cost += (touches ? Conflict : 0) + (crosses ? Conflict : 0);
            }
        }

        return cost;
    }
}
