using KsmTools.Rmap;

namespace KsmTools.Report;

/// <summary>A group of walks as a report shows it.</summary>
/// <param name="Name">What it is called.</param>
/// <param name="Statistics">What its walks cost.</param>
/// <param name="Timeline">When they were; null where that is not known.</param>
/// <param name="Ink">Its colour.</param>
internal sealed record ReportGroup(string Name, RmapWalkStatistics Statistics, Timeline? Timeline, Ink Ink);
