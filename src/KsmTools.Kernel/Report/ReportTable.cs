using System.Globalization;
using KsmTools.Errors;
using KsmTools.Rmap;

namespace KsmTools.Report;

/// <summary>The figures of a report.</summary>
internal static class ReportTable
{
    // Names that a sentence has; of more, those without a mark are meant.
    private const int MostNamed = 30;

    /// <summary>The headings; the first column is text, the others are figures.</summary>
    public static readonly string[] Headings = ["Group", "Walks", "Minimum", "Mean", "P50", "P90", "P99", "P99.9", "Maximum", "Total"];

    /// <summary>The figures of a group.</summary>
    public static string[] Row(ReportGroup group)
    {
        RmapWalkStatistics statistics = group.Statistics;
        return
        [
            group.Name,
            statistics.Count.ToString("N0", CultureInfo.InvariantCulture),
            .. ((double?[])
            [
                statistics.MinimumNanoseconds, statistics.MeanNanoseconds, statistics.P50Nanoseconds, statistics.P90Nanoseconds, statistics.P99Nanoseconds,
                statistics.P999Nanoseconds, statistics.MaximumNanoseconds, statistics.TotalNanoseconds,
            ]).Select(value => DurationText.Bound(value, statistics.Approximate, statistics.TimeUnit)),
        ];
    }

    /// <summary>The groups that are listed: all, or those with the longest walks.</summary>
    /// <param name="groups">The groups.</param>
    /// <param name="most">How many there may be.</param>
    public static IReadOnlyList<ReportGroup> Listed(IReadOnlyList<ReportGroup> groups, int most)
    {
        if (groups.Count <= most)
        {
            return groups;
        }

        HashSet<ReportGroup> longest = [.. groups.OrderByDescending(group => group.IsDrawn).ThenByDescending(group => group.Statistics.MaximumNanoseconds ?? -1).Take(most)];
        return [.. groups.Where(longest.Contains)];
    }

    /// <summary>What is to be said below the table: which groups are not drawn, and how many are not even listed.</summary>
    /// <param name="groups">All groups.</param>
    /// <param name="listed">Those that are listed.</param>
    public static IEnumerable<string> LeftOut(IReadOnlyList<ReportGroup> groups, IReadOnlyList<ReportGroup> listed)
    {
        ReportGroup[] walked = [.. groups.Where(group => group.Statistics.Count > 0)];
        ReportGroup[] others = [.. walked.Where(group => !group.IsDrawn)];
        if (others.Length > 0)
        {
            string names = others.Length <= MostNamed ? string.Join("; ", others.Select(group => group.Name)) : Messages.ReportThoseWithoutMark;
            yield return Text.Format(others.Length == 1 ? Messages.ReportNotDrawnOne : Messages.ReportNotDrawn, walked.Length - others.Length, others.Length, names);
        }

        if (listed.Count < groups.Count)
        {
            yield return Text.Format(Messages.ReportMoreGroups, groups.Count - listed.Count, groups.Count);
        }
    }
}
