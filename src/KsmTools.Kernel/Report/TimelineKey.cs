using KsmTools.Records;
using KsmTools.Rmap;
using KsmTools.Rmap.Comparison;

namespace KsmTools.Report;

/// <summary>The walks of a timeline: a group, whatever the settings were, by one clock.</summary>
internal sealed record TimelineKey(MeasuredKey Group, RmapTimeUnit TimeUnit)
{
    /// <summary>The walks that statistics are of.</summary>
    public static TimelineKey Of(RmapWalkStatistics statistics) => new(MeasuredKey.Of(statistics, maxPageSharing: null), statistics.TimeUnit);
}
