using System.Globalization;
using KsmTools.Rmap;

namespace KsmTools.Report;

/// <summary>The figures of a report.</summary>
internal static class ReportTable
{
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
            ]).Select(value => DurationText.Format(value, statistics.TimeUnit)),
        ];
    }

    /// <summary>The groups that are listed, those with the most time, and how many are not.</summary>
    public static (IReadOnlyList<ReportGroup> Listed, int Others) Listed(IReadOnlyList<ReportGroup> groups)
    {
        if (groups.Count <= RmapReport.MostListed)
        {
            return (groups, 0);
        }

        HashSet<ReportGroup> most = [.. groups.OrderByDescending(group => group.Statistics.TotalNanoseconds).Take(RmapReport.MostListed)];
        return ([.. groups.Where(most.Contains)], groups.Count - most.Count);
    }
}
