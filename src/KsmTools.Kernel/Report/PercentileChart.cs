using KsmTools.Rmap;

namespace KsmTools.Report;

/// <summary>What share of the walks took no longer than what: the rarer the walks, the further right, by a logarithmic scale as HdrHistogram plots have.</summary>
internal static class PercentileChart
{
    private const double Height = 260;
    private const double Left = 62;
    private const double Right = 14;
    private const double Top = 30;
    private const double Bottom = 44;
    private const double Small = 11;
    private const int Points = 160;

    public static Drawing Draw(IReadOnlyList<ReportGroup> groups, double width)
    {
        var drawing = new Drawing(width, Height);
        double down = Height - Bottom;
        var axis = new LogAxis(
            groups.Min(group => group.Statistics.MinimumNanoseconds!.Value),
            groups.Max(group => group.Statistics.MaximumNanoseconds!.Value),
            groups[0].Statistics.TimeUnit,
            down,
            Top - down);
        foreach ((double at, string text) in axis.Marks(20))
        {
            drawing.Line(Left, at, width - Right, at, Ink.Grid);
            drawing.Text(Left - 6, at + 4, text, Ink.Muted, Small, Anchor.End);
        }

        // As many nines as the walks have; one walk of a thousand is the 99.9th percentile.
        double nines = Math.Clamp(Math.Ceiling(Math.Log10(groups.Max(group => group.Statistics.Count))), 1, 7);
        double perNine = (width - Left - Right) / nines;
        for (int nine = 0; nine <= nines; nine++)
        {
            double at = Left + (nine * perNine);
            drawing.Line(at, Top, at, down, Ink.Grid);
            string text = nine switch { 0 => "0%", 1 => "90%", 2 => "99%", _ => "99." + new string('9', nine - 2) + "%" };
            drawing.Text(Math.Min(at, width - Right), down + 16, text, Ink.Muted, Small, nine == 0 ? Anchor.Start : nine == (int)nines ? Anchor.End : Anchor.Middle);
        }

        double half = Left + (Math.Log10(2) * perNine);
        if (perNine > 90)
        {
            drawing.Line(half, Top, half, down, Ink.Grid);
            drawing.Text(half, down + 16, "50%", Ink.Muted, Small, Anchor.Middle);
        }

        drawing.Text((Left + width - Right) / 2, down + 34, "share of the walks that took no longer", Ink.Muted, Small, Anchor.Middle);
        foreach (ReportGroup group in groups)
        {
            drawing.Lines([[.. Curve(group.Statistics, axis, nines, perNine)]], group.Ink, 2);
        }

        Legend(drawing, groups, width);
        return drawing;
    }

    private static IEnumerable<(double X, double Y)> Curve(RmapWalkStatistics statistics, LogAxis axis, double nines, double perNine)
    {
        double own = Math.Min(nines, Math.Log10(statistics.Count));
        RmapHistogramBucket[] buckets = statistics.Histogram;
        long maximum = statistics.MaximumNanoseconds!.Value;
        double former = axis.At(Math.Min(buckets[0].ToNanoseconds, maximum));
        for (int i = 0; i <= Points; i++)
        {
            double at = i * nines / Points;
            if (at > own)
            {
                break;
            }

            // As a decimal, a share has fifteen digits, and none of those by which a power is off.
            decimal percentile = (decimal)(100 - Math.Pow(10, 2 - at));
            double y = axis.At(Math.Min(RmapHistogramBucket.Percentile(buckets, percentile)!.Value, maximum));
            double x = Left + (at * perNine);
            yield return (x, former);
            yield return (x, y);
            former = y;
        }

        double end = axis.At(maximum);
        yield return (Left + (own * perNine), former);
        yield return (Left + (own * perNine), end);
        yield return (Left + (own * perNine) + 4, end);
    }

    private static void Legend(Drawing drawing, IReadOnlyList<ReportGroup> groups, double width)
    {
        double x = Left;
        foreach (ReportGroup group in groups)
        {
            double wide = Drawing.TextWidth(group.Name, 13) + 30;
            if (x > Left && x + wide > width)
            {
                break;
            }

            drawing.Bar(x, 8, 12, 10, group.Ink);
            drawing.Text(x + 17, 17, group.Name, Ink.Text, 12);
            x += wide;
        }
    }
}
