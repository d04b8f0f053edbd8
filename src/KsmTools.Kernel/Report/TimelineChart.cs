using System.Globalization;
using KsmTools.Errors;
using KsmTools.Records;
using KsmTools.Rmap;

namespace KsmTools.Report;

/// <summary>When walks were and how long they took: a strip for each group, from the shortest to the longest of each span of time.</summary>
internal static class TimelineChart
{
    private const int ManyGroups = 4;
    private const double LeastLeft = 68;
    private const double Right = 14;
    private const double Foot = 26;

    // Dots are 3 pixels wide: narrower spans than this would be one on the other.
    private const double LeastSpan = 1.5;
    private const double Dot = 3;
    private const double Top = StripTitle.Height + 8;
    private const double HighStrip = 92;
    private const double LowStrip = 66;

    // Pixels between the labels of times, and from one time to the next at least.
    private const double Gap = 10;
    private const double LeastStep = 40;

    /// <summary>Draws it.</summary>
    /// <param name="groups">The groups, each with a timeline.</param>
    /// <param name="from">When the first walk began, of these groups and of those that are not drawn.</param>
    /// <param name="width">The room.</param>
    public static Drawing Draw(IReadOnlyList<ReportGroup> groups, long from, double width)
    {
        RmapTimeUnit unit = groups[0].Statistics.TimeUnit;
        double span = Math.Max(1, groups.Max(group => group.Timeline!.Bins[^1].Start) - (double)from);
        (double size, string name) = unit == RmapTimeUnit.Ticks ? (1, "steps") : span >= 2e9 ? (1e9, "s") : span >= 2e6 ? (1e6, "ms") : (1e3, "\u00B5s");
        var places = new SmallMultiples(groups.Count, ManyGroups, width);
        double down = Top + (groups.Count > ManyGroups ? LowStrip : HighStrip);
        LogAxis[] axes = [.. groups.Select(group => LogAxis.Of([group], down - 3, Top - down + 6))];
        double left = Math.Max(LeastLeft, axes.Max(axis => axis.Beyond));
        double plot = places.EachWidth - left - Right;
        int shift = Math.Max(groups.Max(group => group.Timeline!.Shift), (int)Math.Ceiling(Math.Log2(Math.Max(1, span * LeastSpan / plot))));
        Drawing drawing = places.Draw(Strip, Foot);
        drawing.Text(width / 2, drawing.Height - 8, $"time since the first walk, {name}", Ink.Muted, anchor: Anchor.Middle);
        bool isThinned = groups.Any(group => Bins(group, shift).Any(bin => bin.Count > 1));
        drawing.Caption.Add(isThinned
            ? Text.Format(Messages.ReportDotsOfSpans, DurationText.Format(Math.Pow(2, shift), unit) + (unit == RmapTimeUnit.Ticks ? " steps" : string.Empty))
            : Messages.ReportDots);
        if (groups.Any(group => group.Timeline!.Bins.Any(bin => bin.Shortest <= 0)))
        {
            drawing.Caption.Add(Messages.ReportZeroes);
        }

        return drawing;

        Drawing Strip(int index)
        {
            ReportGroup group = groups[index];
            var strip = new Drawing(places.EachWidth, down + 22);
            StripTitle.Draw(strip, group);
            axes[index].DrawUp(strip, left, left + plot);
            Times(strip, span / size, unit, left, down);
            strip.Line(left, down, left + plot, down, Ink.Muted);
            Dots(strip, group, axes[index], Bins(group, shift), start => left + ((start - (double)from) / span * plot));
            return strip;
        }
    }

    private static IReadOnlyList<TimelineBin> Bins(ReportGroup group, int shift) => group.Timeline!.BinsOf(shift);

    private static void Times(Drawing strip, double span, RmapTimeUnit unit, double left, double down)
    {
        double plot = strip.Width - left - Right;
        foreach ((double at, string text) in Labels(span, unit, left, plot))
        {
            strip.Line(at, Top, at, down, Ink.Grid);
            strip.Text(Math.Min(at, strip.Width - (FontMetrics.Width(text, Drawing.Small) / 2)), down + 17, text, Ink.Muted, anchor: Anchor.Middle);
        }
    }

    // As many as leave each label its room, the last of which keeps within the drawing; two always have it.
    private static (double At, string Text)[] Labels(double span, RmapTimeUnit unit, double left, double plot)
    {
        for (int most = (int)(plot / LeastStep); most >= 2; most--)
        {
            double step = RoundStep.Of(span, most);
            (double At, string Text)[] times = [.. Steps(step)];
            double widest = times.Max(time => FontMetrics.Width(time.Text, Drawing.Small));
            if (step / span * plot >= widest + Gap + Math.Max(0, (widest / 2) - Right))
            {
                return times;
            }
        }

        return [(left, Shown(0)), .. Steps(RoundStep.Of(span, 2)).TakeLast(1)];

        IEnumerable<(double At, string Text)> Steps(double step)
        {
            for (double time = 0; time <= span * 1.0001; time += step)
            {
                yield return (left + (time / span * plot), Shown(Math.Round(time / step) * step));
            }
        }

        string Shown(double time) => unit == RmapTimeUnit.Ticks ? CountAxis.Text(time) : time.ToString("0.######", CultureInfo.InvariantCulture);
    }

    private static void Dots(Drawing strip, ReportGroup group, LogAxis axis, IReadOnlyList<TimelineBin> bins, Func<long, double> at)
    {
        var ranges = new List<(double, double)[]>();
        var ends = new List<(double, double)[]>();
        foreach (TimelineBin bin in bins)
        {
            double x = at(bin.Start);
            double high = axis.At(bin.Longest);
            double low = axis.At(bin.Shortest);
            if (low - high > Dot)
            {
                ranges.Add([(x, high), (x, low)]);
            }

            ends.Add([(x - (Dot / 2), high), (x + (Dot / 2), high)]);
            if (low > high)
            {
                ends.Add([(x - (Dot / 2), low), (x + (Dot / 2), low)]);
            }
        }

        strip.Lines(ranges, group.Style.Ink, 1.5, 0.4);
        strip.Lines(ends, group.Style.Ink, Dot);
    }
}
