using KsmTools.Rmap;

namespace KsmTools.Report;

/// <summary>A group of walks as a report shows it.</summary>
/// <param name="Name">What it is called.</param>
/// <param name="Statistics">What its walks cost; there may be none.</param>
/// <param name="Timeline">When they were; null where that is not known.</param>
internal sealed record ReportGroup(string Name, RmapWalkStatistics Statistics, Timeline? Timeline)
{
    /// <summary>What was put together.</summary>
    public IReadOnlyList<RmapWalkStatistics> Parts { get; init; } = [Statistics];

    /// <summary>How it is drawn.</summary>
    public GroupStyle Style { get; init; } = GroupStyle.Of(null, 0);

    /// <summary>Whether it is in the charts, or in the table alone.</summary>
    public bool IsDrawn { get; init; }
}
