using KsmTools.Records;

namespace KsmTools.Report;

/// <summary>The charts of a report, of the groups that took the most time.</summary>
/// <param name="Title">What it shows.</param>
/// <param name="Draw">Draws it in a width.</param>
internal sealed record ReportChart(string Title, Func<double, Drawing> Draw)
{
    /// <summary>The charts that the groups have data for.</summary>
    public static IEnumerable<ReportChart> Of(IReadOnlyList<ReportGroup> groups)
    {
        // One axis has one unit.
        RmapTimeUnit unit = groups[0].Statistics.TimeUnit;
        ReportGroup[] shown = Shown(groups);
        yield return new ReportChart("How long walks took", width => DistributionChart.Draw(shown, width));
        yield return new ReportChart("Percentiles", width => PercentileChart.Draw(shown, width));
        ReportGroup[] timed = [.. shown.Where(group => group.Timeline is not null)];
        if (timed.Length > 0)
        {
            yield return new ReportChart("Walks over time", width => TimelineChart.Draw(timed, width));
        }

        ReportGroup[] Shown(IReadOnlyList<ReportGroup> all)
        {
            ReportGroup[] most = [.. all.Where(group => group.Statistics.TimeUnit == unit).OrderByDescending(group => group.Statistics.TotalNanoseconds).Take(Inks.Groups)];
            return [.. all.Where(most.Contains).Select((group, index) => group with { Ink = (Ink)index, Name = Shorten(group.Name) })];
        }
    }

    private static string Shorten(string name) => name.Length > 40 ? name[..39] + "\u2026" : name;
}
