using KsmTools.Records;

namespace KsmTools.Rmap.Comparison;

/// <summary>What makes walks one group when several measurements are put together or compared; what was not grouped by is null.</summary>
internal sealed record MeasuredKey(RmapPageType? PageType, string? Command, int? ThreadId, int? Cpu, bool? Locked, string? Caller, long? MaxPageSharing)
{
    /// <summary>The group of statistics.</summary>
    public static MeasuredKey Of(RmapMeasuredSet set) => Of(set.Statistics, set.MaxPageSharing);

    /// <summary>The group of statistics that were taken under a setting.</summary>
    public static MeasuredKey Of(RmapWalkStatistics statistics, long? maxPageSharing) =>
        new(statistics.PageType, statistics.Command, statistics.ThreadId, statistics.Cpu, statistics.Locked, statistics.Caller, maxPageSharing);
}
