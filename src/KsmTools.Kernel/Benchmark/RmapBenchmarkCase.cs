using KsmTools.Records;

namespace KsmTools.Benchmark;

/// <summary>One row of a benchmark: a page type and, for KSM pages, a setting.</summary>
/// <param name="PageType">The page type.</param>
/// <param name="MaxPageSharing">The value of <c>max_page_sharing</c> to set; null to leave the one that is set.</param>
public sealed record RmapBenchmarkCase(RmapPageType PageType, uint? MaxPageSharing);
