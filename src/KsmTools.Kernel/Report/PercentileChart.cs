namespace KsmTools.Report;

/// <summary>
/// What share of the walks took no longer than what: the rarer the walks, the further right, by a logarithmic scale as HdrHistogram plots have. A panel has four
/// lines at most, all panels the same axes.
/// </summary>
internal static class PercentileChart
{
    private const int MostLines = Inks.Shades;
    private const double PlotHeight = 200;
    private const double LeastLeft = 68;
    private const double Right = 14;
    private const double Foot = 26;
    private const double LegendRow = 19;
    private const double SampleWidth = 30;
    private const int Points = 160;
    private const double MostNines = 7;

    public static Drawing Draw(IReadOnlyList<ReportGroup> groups, double width)
    {
        // As many nines as the walks have; one walk of a thousand is the 99.9th percentile.
        double nines = Math.Clamp(Math.Ceiling(Math.Log10(groups.Max(group => group.Statistics.Count))), 1, MostNines);
        int panels = (groups.Count + MostLines - 1) / MostLines;
        ReportGroup[][] parts = [.. groups.Chunk((groups.Count + panels - 1) / panels)];
        var places = new SmallMultiples(parts.Length, 1, width);

        // The plots of all panels are at one height.
        double legend = parts.Max(part => Legend(new Drawing(places.EachWidth, 0), part));
        double left = Math.Max(LeastLeft, LogAxis.Of(groups, PlotHeight, -PlotHeight).Beyond);
        Drawing drawing = places.Draw(i => Panel(parts[i], groups, nines, legend, left, places.EachWidth), Foot);
        drawing.Text(width / 2, drawing.Height - 8, "share of the walks that took no longer", Ink.Muted, anchor: Anchor.Middle);
        if (groups.Max(group => group.Statistics.Count) > Math.Pow(10, MostNines))
        {
            drawing.Caption.Add(Messages.ReportNines);
        }

        if (groups.Any(group => group.Statistics.Histogram[0].ToNanoseconds <= 0))
        {
            drawing.Caption.Add(Messages.ReportZeroes);
        }

        return drawing;
    }

    private static Drawing Panel(ReportGroup[] own, IReadOnlyList<ReportGroup> all, double nines, double legend, double left, double width)
    {
        double top = legend + 8;
        double down = top + PlotHeight;
        var drawing = new Drawing(width, down + 22);
        _ = Legend(drawing, own);
        var axis = LogAxis.Of(all, down, -PlotHeight);
        axis.DrawUp(drawing, left, width - Right);
        double perNine = (width - left - Right) / nines;
        Shares(drawing, nines, left, perNine, top, down);
        foreach (ReportGroup group in own)
        {
            var curve = new PercentileCurve(group.Statistics, axis, left, perNine, nines);
            drawing.Lines([[.. curve.Points(Points)]], group.Style.Ink, 2, dash: group.Style.Dash);
            foreach ((double x, double y) in curve.Marks())
            {
                drawing.Mark(x, y, 3.5, group.Style);
            }
        }

        return drawing;
    }

    // A line for each share; a label where there is room beside the first and the last.
    private static void Shares(Drawing drawing, double nines, double left, double perNine, double top, double down)
    {
        (double At, string Text)[] shares =
        [
            (0, "0%"), (nines, Percent((int)nines)), (Math.Log10(2), "50%"), .. Enumerable.Range(1, (int)nines - 1).Select(nine => ((double)nine, Percent(nine))),
        ];
        var taken = new List<TextBox>();
        foreach ((double share, string text) in shares)
        {
            double at = left + (share * perNine);
            drawing.Line(at, top, at, down, Ink.Grid);
            double half = FontMetrics.Width(text, Drawing.Small) / 2;
            double center = Math.Min(at, drawing.Width - half);
            var box = new TextBox(center - half - 5, 0, center + half + 5, 1);
            if (!taken.Exists(box.Overlaps))
            {
                taken.Add(box);
                drawing.Text(center, down + 17, text, Ink.Muted, anchor: Anchor.Middle);
            }
        }
    }

    private static string Percent(int nines) => nines switch { 1 => "90%", 2 => "99%", _ => "99." + new string('9', nines - 2) + "%" };

    // What it draws, and how high that is.
    private static double Legend(Drawing drawing, ReportGroup[] groups)
    {
        double x = 0;
        double y = 12;
        foreach (ReportGroup group in groups)
        {
            double room = drawing.Width - SampleWidth - 6;
            double wide = SampleWidth + 6 + Math.Min(room, FontMetrics.Width(group.Name, Drawing.Small)) + 16;
            if (x > 0 && x + wide - 16 > drawing.Width)
            {
                x = 0;
                y += LegendRow;
            }

            drawing.Lines([[(x, y - 4), (x + SampleWidth, y - 4)]], group.Style.Ink, 2, dash: group.Style.Dash);
            drawing.Mark(x + (SampleWidth / 2), y - 4, 3.5, group.Style);
            drawing.FittedText(x + SampleWidth + 6, y, room, group.Name);
            x += wide;
        }

        return y + 4;
    }
}
