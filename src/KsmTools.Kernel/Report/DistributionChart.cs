using System.Globalization;
using KsmTools.Rmap;

namespace KsmTools.Report;

/// <summary>How many walks took how long: a strip for each group, all with one logarithmic axis of durations, each with its own of walks.</summary>
internal static class DistributionChart
{
    private const int ManyGroups = 4;
    private const double Left = 50;
    private const double Right = 24;
    private const double Foot = 26;
    private const double RowHeight = 15;

    // What is there is seen.
    private const double LeastBar = 1.5;
    private const double HighStrip = 76;
    private const double LowStrip = 58;

    public static Drawing Draw(IReadOnlyList<ReportGroup> groups, double width)
    {
        var places = new SmallMultiples(groups.Count, ManyGroups, width);
        IReadOnlyList<LatencyBin>[] bins = [.. groups.Select(group => LatencyBins.Of(group.Statistics, (int)(places.EachWidth / 9)))];
        var axis = LogAxis.Of(groups, bins, Left, places.EachWidth - Left - Right);
        Drawing drawing = places.Draw(i => Strip(groups[i], bins[i], axis, groups.Count > ManyGroups ? LowStrip : HighStrip, places.EachWidth), Foot);
        drawing.Text(width / 2, drawing.Height - 8, "how long a walk took (logarithmic)", Ink.Muted, anchor: Anchor.Middle);
        drawing.Caption.Add(groups.Count == 1 ? Messages.ReportBars : Messages.ReportBarsOfGroups);
        if (groups.Any(group => group.Statistics.MinimumNanoseconds == 0))
        {
            drawing.Caption.Add(Messages.ReportZeroes);
        }

        return drawing;
    }

    private static Drawing Strip(ReportGroup group, IReadOnlyList<LatencyBin> bins, LogAxis axis, double plotHeight, double width)
    {
        RmapWalkStatistics statistics = group.Statistics;
        IReadOnlyList<PercentileLabel> labels = PercentileLabels.Place(statistics, axis, 0, width);
        double top = StripTitle.Height + (RowHeight * (labels.Max(label => label.Row) + 1)) + 4;
        double bottom = top + plotHeight;
        var drawing = new Drawing(width, bottom + 22);
        StripTitle.Draw(drawing, group);
        axis.DrawAcross(drawing, top, bottom);
        long highest = bins.Max(bin => bin.Count);
        double perWalk = (bottom - top - 2) / highest;
        foreach ((long count, string text) in CountAxis.Marks(highest, (int)((bottom - top) / 22)))
        {
            double at = bottom - (count * perWalk);
            drawing.Line(Left - 4, at, Left, at, Ink.Muted);
            drawing.Text(Left - 7, at + 4, text, Ink.Muted, anchor: Anchor.End);
        }

        drawing.Line(Left, top, Left, bottom, Ink.Muted);
        drawing.Line(Left, bottom, width - Right, bottom, Ink.Muted);
        foreach (LatencyBin bin in bins.Where(bin => bin.Count > 0))
        {
            double left = Math.Min(axis.At(bin.From), width - Right - LeastBar);
            double height = Math.Max(LeastBar, bin.Count * perWalk);
            drawing.Bar(left, bottom - height, Math.Max(LeastBar, axis.At(bin.To) - left - 0.75), height, group.Style.Ink, Title(bin, statistics));
        }

        foreach (PercentileLabel label in labels)
        {
            double row = StripTitle.Height + (RowHeight * label.Row);
            drawing.Line(label.At, label.IsOver ? row + RowHeight : row + 2, label.At, bottom, Ink.Text, 1, 0.55);
            drawing.Text(label.Start, row + 12, label.Text);
        }

        return drawing;
    }

    private static string Title(LatencyBin bin, RmapWalkStatistics statistics) => string.Create(
        CultureInfo.InvariantCulture,
        $"{AxisText.Of(bin.From, statistics.TimeUnit)} to {AxisText.Of(bin.To, statistics.TimeUnit)}: {bin.Count:N0} ({(double)bin.Count / statistics.Count:0.0%})");
}
