using KsmTools.Errors;
using KsmTools.Records;

namespace KsmTools.Report;

/// <summary>The charts of a report, of the groups that are drawn.</summary>
/// <param name="Title">What it shows.</param>
/// <param name="Draw">Draws it in a width.</param>
internal sealed record ReportChart(string Title, Func<double, Drawing> Draw)
{
    /// <summary>The charts that the groups have data for. An axis has one unit: nanoseconds and clock steps have charts of their own.</summary>
    public static IEnumerable<ReportChart> Of(IReadOnlyList<ReportGroup> groups)
    {
        ILookup<RmapTimeUnit, long> starts = groups.Where(group => group.Timeline is not null).ToLookup(group => group.Statistics.TimeUnit, group => group.Timeline!.Bins[0].Start);
        IGrouping<RmapTimeUnit, ReportGroup>[] units = [.. groups.Where(group => group.IsDrawn).GroupBy(group => group.Statistics.TimeUnit).OrderBy(unit => unit.Key)];
        foreach (IGrouping<RmapTimeUnit, ReportGroup> unit in units)
        {
            ReportGroup[] shown = [.. ReportGroups.InOrder(unit)];
            string suffix = unit.Key == RmapTimeUnit.Ticks ? ", in clock steps" : string.Empty;
            yield return new ReportChart("How long walks took" + suffix, width => DistributionChart.Draw(shown, width));
            yield return new ReportChart("Percentiles" + suffix, width => PercentileChart.Draw(shown, width));
            ReportGroup[] timed = [.. shown.Where(group => group.Timeline is not null)];
            if (timed.Length > 0)
            {
                yield return new ReportChart("Walks over time" + suffix, width => Timeline(timed, shown, starts[unit.Key].Min(), width));
            }
        }
    }

    private static Drawing Timeline(ReportGroup[] timed, ReportGroup[] shown, long from, double width)
    {
        Drawing drawing = TimelineChart.Draw(timed, from, width);
        long untimed = timed.Sum(group => Math.Max(0, group.Statistics.Count - group.Timeline!.Count));
        if (untimed > 0)
        {
            drawing.Caption.Add(Text.Format(Messages.ReportUntimedWalks, untimed));
        }

        if (timed.Length < shown.Length)
        {
            drawing.Caption.Add(Text.Format(Messages.ReportUntimedGroups, string.Join("; ", shown.Except(timed).Select(group => group.Name))));
        }

        return drawing;
    }
}
