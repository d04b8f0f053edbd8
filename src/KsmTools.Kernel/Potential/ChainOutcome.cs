namespace KsmTools.Potential;

/// <summary>What ksmd makes of frames with equal contents that have several mappings each.</summary>
/// <param name="LeastKept">The fewest frames that it can keep, in whatever order it meets the mappings.</param>
/// <param name="MostKept">The most.</param>
/// <param name="Freed">Frames that go where it meets them by processes and addresses.</param>
internal readonly record struct ChainOutcome(long LeastKept, long MostKept, long Freed);
