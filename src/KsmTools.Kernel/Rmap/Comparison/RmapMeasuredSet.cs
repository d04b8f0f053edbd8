namespace KsmTools.Rmap.Comparison;

/// <summary>The statistics of a group with the setting that they were taken under.</summary>
public sealed class RmapMeasuredSet
{
    /// <summary>The statistics, with their histogram.</summary>
    public required RmapWalkStatistics Statistics { get; init; }

    /// <summary>The max_page_sharing they were taken under; null where that is not known.</summary>
    public long? MaxPageSharing { get; init; }

    /// <summary>Whether each duration is that of a whole trigger, which makes walks and more, as a benchmark times them where it sees no walks.</summary>
    public bool IsOfTriggers { get; init; }
}
