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

    /// <summary>The groups, in the order in which they came. Statistics of one name and unit are put together.</summary>
    /// <param name="sets">All statistics.</param>
    /// <param name="timelines">When walks were, by the names of groups.</param>
    public static IReadOnlyList<ReportGroup> Of(IReadOnlyList<RmapMeasuredSet> sets, IReadOnlyDictionary<string, Timeline> timelines)
    {
        // Times are of a name that nothing else was added to but what is known of it here: of approximate walks and of other settings there are names of their own.
        ILookup<string, string> namesOfPlain = sets.Select(set => (Plain: PlainName(set), Name: NameOf(set))).Distinct().ToLookup(pair => pair.Plain, pair => pair.Name);
        var groups = new List<ReportGroup>();
        foreach (IGrouping<string, RmapMeasuredSet> ofName in sets.GroupBy(NameOf))
        {
            RmapWalkStatistics statistics = StatisticsSum.Of([.. ofName.Select(set => set.Statistics)]);
            string plain = PlainName(ofName.First());
            groups.Add(new ReportGroup(TerminalText.Escape(ofName.Key), statistics, statistics.Count > 0 && namesOfPlain[plain].Count() == 1 ? timelines.GetValueOrDefault(plain) : null));
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

    private static string PlainName(RmapMeasuredSet set) => NameOf(set.Statistics, approximate: false);

    private static string NameOf(RmapMeasuredSet set) => NameOf(set.Statistics, set.Statistics.Approximate)
        + (set.MaxPageSharing is { } sharing ? string.Create(CultureInfo.InvariantCulture, $", sharing {sharing}") : string.Empty)
        + (set.IsOfTriggers ? ", whole triggers" : string.Empty)
        + (set.Statistics.TimeUnit == RmapTimeUnit.Ticks ? ", clock steps" : string.Empty);

    private static string NameOf(RmapWalkStatistics statistics, bool approximate) => GroupName.Of(
        statistics.PageType, statistics.Command, statistics.ThreadId, statistics.Cpu, statistics.Locked, statistics.Caller, approximate);
}
