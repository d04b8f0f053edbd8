using System.Globalization;
using KsmTools.Records;
using KsmTools.Rmap;

namespace KsmTools.Report;

/// <summary>How many walks took how long: a strip for each group, all with one logarithmic axis of durations.</summary>
internal static class DistributionChart
{
    private const double StripHeight = 78;
    private const double HeadHeight = 40;
    private const double FootHeight = 40;
    private const double Edge = 8;
    private const double Small = 11;

    public static Drawing Draw(IReadOnlyList<ReportGroup> groups, double width)
    {
        var drawing = new Drawing(width, (groups.Count * (StripHeight + HeadHeight)) + FootHeight);
        RmapTimeUnit unit = groups[0].Statistics.TimeUnit;
        var axis = new LogAxis(
            groups.Min(group => group.Statistics.MinimumNanoseconds!.Value), groups.Max(group => group.Statistics.MaximumNanoseconds!.Value), unit, Edge, width - (2 * Edge));
        double bottom = groups.Count * (StripHeight + HeadHeight);
        foreach ((double at, string text) in axis.Marks(58))
        {
            drawing.Line(at, HeadHeight - 4, at, bottom, Ink.Grid);
            bool first = at < Edge + 24;
            bool last = at > width - Edge - 24;
            drawing.Text(first ? Edge : last ? width - Edge : at, bottom + 16, text, Ink.Muted, Small, first ? Anchor.Start : last ? Anchor.End : Anchor.Middle);
        }

        for (int i = 0; i < groups.Count; i++)
        {
            Strip(drawing, groups[i], axis, i * (StripHeight + HeadHeight), width);
        }

        drawing.Text(width / 2, bottom + 34, "how long a walk took (logarithmic)", Ink.Muted, Small, Anchor.Middle);
        return drawing;
    }

    private static void Strip(Drawing drawing, ReportGroup group, LogAxis axis, double top, double width)
    {
        RmapWalkStatistics statistics = group.Statistics;
        double bottom = top + HeadHeight + StripHeight;
        drawing.Line(Edge, bottom, width - Edge, bottom, Ink.Muted);
        IReadOnlyList<LatencyBin> bins = LatencyBins.Of(statistics.Histogram, (int)(width / 9));
        double highest = bins.Max(bin => bin.Count);
        foreach (LatencyBin bin in bins.Where(bin => bin.Count > 0))
        {
            double left = axis.At(bin.From);
            double height = Math.Max(1.5, bin.Count / highest * (StripHeight - 20));
            string title = string.Create(
                CultureInfo.InvariantCulture,
                $"{DurationText.Axis(bin.From, statistics.TimeUnit)} to {DurationText.Axis(bin.To, statistics.TimeUnit)}: {bin.Count:N0} ({(double)bin.Count / statistics.Count:0.0%})");
            drawing.Bar(left, bottom - height, Math.Max(1.5, axis.At(bin.To) - left - 0.75), height, group.Ink, title);
        }

        Percentiles(drawing, group, axis, top + HeadHeight, bottom, width);
        drawing.Text(Edge, top + 26, group.Name, group.Ink, 13, bold: true);
        string count = string.Create(CultureInfo.InvariantCulture, $"{statistics.Count:N0} walks");
        drawing.Text(Edge + Drawing.TextWidth(group.Name, 14) + 10, top + 26, count, Ink.Muted, Small);
    }

    private static void Percentiles(Drawing drawing, ReportGroup group, LogAxis axis, double top, double bottom, double width)
    {
        var labels = new List<Label>();
        foreach ((string name, long? value) in ((string, long?)[])[("P50", group.Statistics.P50Nanoseconds), ("P99", group.Statistics.P99Nanoseconds), ("max", group.Statistics.MaximumNanoseconds)])
        {
            double at = axis.At(value!.Value);
            drawing.Line(at, top - 4, at, bottom, Ink.Text, 1, 0.55);
            var label = new Label(at, name, width - Edge);

            // Labels that would touch become one.
            while (labels.Count > 0 && labels[^1].End + 5 > label.Start)
            {
                label = new Label(label.AtRight ? labels[^1].At : label.At, labels[^1].Text + ", " + label.Text, width - Edge);
                labels.RemoveAt(labels.Count - 1);
            }

            labels.Add(label);
        }

        foreach (Label label in labels)
        {
            drawing.Text(label.AtRight ? label.Start : label.End, top + 5, label.Text, Ink.Text, Small, label.AtRight ? Anchor.Start : Anchor.End);
        }
    }

    // To the right of its line, or to the left where it would leave the chart.
    private sealed record Label(double At, string Text, double Limit)
    {
        private const double Away = 3;

        public bool AtRight => At + Away + Length <= Limit;

        public double Start => AtRight ? At + Away : At - Away - Length;

        public double End => Start + Length;

        private double Length => Drawing.TextWidth(Text, Small);
    }
}
