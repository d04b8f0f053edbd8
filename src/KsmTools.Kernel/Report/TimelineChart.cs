using System.Globalization;
using KsmTools.Records;

namespace KsmTools.Report;

/// <summary>When walks were and how long they took: a strip for each group, from the shortest to the longest of each span of time.</summary>
internal static class TimelineChart
{
    private const double StripHeight = 92;
    private const double HeadHeight = 32;
    private const double FootHeight = 44;
    private const double Left = 62;
    private const double Right = 10;
    private const double Small = 11;

    public static Drawing Draw(IReadOnlyList<ReportGroup> groups, double width)
    {
        var drawing = new Drawing(width, (groups.Count * (StripHeight + HeadHeight)) + FootHeight);
        RmapTimeUnit unit = groups[0].Statistics.TimeUnit;
        long from = groups.Min(group => group.Timeline!.Bins[0].Start);
        double span = Math.Max(1, groups.Max(group => group.Timeline!.Bins[^1].Start) - (double)from);
        double bottom = groups.Count * (StripHeight + HeadHeight);
        (double size, string name) = unit == RmapTimeUnit.Ticks ? (1, "steps") : span >= 2e9 ? (1e9, "s") : span >= 2e6 ? (1e6, "ms") : (1e3, "\u00B5s");
        double step = Step(span / size, Math.Max(2, (int)((width - Left) / 90)));
        for (double time = 0; time <= span / size * 1.0001; time += step)
        {
            double at = X(time * size / span);
            drawing.Line(at, HeadHeight, at, bottom, Ink.Grid);
            drawing.Text(at, bottom + 16, (Math.Round(time / step) * step).ToString("0.######", CultureInfo.InvariantCulture), Ink.Muted, Small, at > width - 30 ? Anchor.End : Anchor.Middle);
        }

        drawing.Text((Left + width) / 2, bottom + 36, $"time since the first walk, {name}", Ink.Muted, Small, Anchor.Middle);
        for (int i = 0; i < groups.Count; i++)
        {
            Strip(groups[i], i * (StripHeight + HeadHeight));
        }

        return drawing;

        double X(double share) => Left + (share * (width - Left - Right));

        void Strip(ReportGroup group, double top)
        {
            double down = top + HeadHeight + StripHeight;
            var axis = new LogAxis(group.Statistics.MinimumNanoseconds!.Value, group.Statistics.MaximumNanoseconds!.Value, unit, down - 2, 8 - StripHeight);
            foreach ((double at, string text) in axis.Marks(22))
            {
                drawing.Line(Left, at, width - Right, at, Ink.Grid);
                drawing.Text(Left - 6, at + 4, text, Ink.Muted, Small, Anchor.End);
            }

            drawing.Line(Left, down, width - Right, down, Ink.Muted);
            drawing.Text(Left, top + 22, group.Name, group.Ink, 13, bold: true);
            var ranges = new List<(double, double)[]>();
            var ends = new List<(double, double)[]>();
            foreach (TimelineBin bin in group.Timeline!.Bins)
            {
                double x = X((bin.Start - (double)from) / span);
                double high = axis.At(bin.Longest);
                double low = axis.At(bin.Shortest);
                if (low - high > 3)
                {
                    ranges.Add([(x, high), (x, low)]);
                }

                ends.Add([(x - 1.5, high), (x + 1.5, high)]);
                if (bin.Count > 1)
                {
                    ends.Add([(x - 1.5, low), (x + 1.5, low)]);
                }
            }

            drawing.Lines(ranges, group.Ink, 1.5, 0.4);
            drawing.Lines(ends, group.Ink, 3);
        }
    }

    // A round step that gives no more marks than that.
    private static double Step(double span, int most)
    {
        double step = Math.Pow(10, Math.Floor(Math.Log10(span / most)));
        return ((double[])[1, 2, 5, 10]).Select(times => times * step).First(times => span / times <= most);
    }
}
