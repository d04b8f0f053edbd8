using System.Globalization;
using KsmTools.Errors;
using KsmTools.Records;
using KsmTools.Rmap;
using KsmTools.Rmap.Comparison;

namespace KsmTools.Report;

/// <summary>Makes the groups of a report, and chooses those that are drawn.</summary>
internal static class ReportGroups
{
    /// <summary>Groups of one unit of time that are drawn; the table has all of them.</summary>
    public const int MostDrawn = 12;

    /// <summary>The groups, in the order in which they came. Statistics of one group and unit are put together.</summary>
    /// <param name="sets">All statistics.</param>
    /// <param name="timelines">When walks were.</param>
    public static IReadOnlyList<ReportGroup> Of(IReadOnlyList<RmapMeasuredSet> sets, IReadOnlyDictionary<TimelineKey, Timeline> timelines)
    {
        IGrouping<SetKey, RmapMeasuredSet>[] together = [.. sets.GroupBy(SetKey.Of)];

        // Times are of walks of which nothing else was known: where they were taken under several settings, nobody knows which were under which.
        Dictionary<TimelineKey, int> claims = together.CountBy(group => TimelineKey.Of(group.First().Statistics)).ToDictionary();
        var groups = new List<ReportGroup>();
        foreach (IGrouping<SetKey, RmapMeasuredSet> group in together)
        {
            RmapWalkStatistics[] parts = [.. group.Select(set => set.Statistics)];
            RmapWalkStatistics statistics = StatisticsSum.Of(parts);
            TimelineKey key = TimelineKey.Of(statistics);
            Timeline? timeline = statistics.Count > 0 && claims[key] == 1 ? timelines.GetValueOrDefault(key) : null;
            groups.Add(new ReportGroup(TerminalText.Escape(NameOf(group.First())), statistics, timeline) { Parts = parts });
        }

        return Styled(groups);
    }

    private static ReportGroup[] Styled(List<ReportGroup> groups)
    {
        HashSet<ReportGroup> drawn = [.. groups.Where(group => group.Statistics.Count > 0).GroupBy(group => group.Statistics.TimeUnit).SelectMany(Chosen)];
        Dictionary<ReportGroup, GroupStyle> styles = InOrder(drawn)
            .GroupBy(group => (group.Statistics.PageType, group.Statistics.TimeUnit))
            .SelectMany(type => type.Select((group, place) => (group, Style: GroupStyle.Of(group.Statistics.PageType, place))))
            .ToDictionary(pair => pair.group, pair => pair.Style);
        return [.. groups.Select(group => drawn.Contains(group) ? group with { IsDrawn = true, Style = styles[group] } : group)];
    }

    // The longest walks are what a report is read for; no page type drives out another by them.
    private static IEnumerable<ReportGroup> Chosen(IEnumerable<ReportGroup> groups)
    {
        ReportGroup[] longest = [.. groups.OrderByDescending(group => group.Statistics.MaximumNanoseconds).ThenByDescending(group => group.Statistics.TotalNanoseconds)];
        ILookup<RmapPageType?, ReportGroup> types = longest.ToLookup(group => group.Statistics.PageType);
        int ofType = MostDrawn / types.Count;
        return types.SelectMany(type => type.Take(ofType)).Concat(longest).Distinct().Take(MostDrawn);
    }

    /// <summary>Groups as they are drawn: by page type, the longest walks first.</summary>
    public static IEnumerable<ReportGroup> InOrder(IEnumerable<ReportGroup> groups) =>
        groups.OrderBy(group => group.Statistics.PageType ?? (RmapPageType)int.MaxValue).ThenByDescending(group => group.Statistics.MaximumNanoseconds);

    private static string NameOf(RmapMeasuredSet set) => GroupName.Of(set.Statistics)
        + (set.MaxPageSharing is { } sharing ? string.Create(CultureInfo.InvariantCulture, $", sharing {sharing}") : string.Empty)
        + (set.IsOfTriggers ? ", whole triggers" : string.Empty);

    // Not its name: a thread may be called what another group is.
    private sealed record SetKey(MeasuredKey Group, RmapTimeUnit TimeUnit, bool IsApproximate, bool IsOfTriggers)
    {
        public static SetKey Of(RmapMeasuredSet set) => new(MeasuredKey.Of(set), set.Statistics.TimeUnit, set.Statistics.Approximate, set.IsOfTriggers);
    }
}
