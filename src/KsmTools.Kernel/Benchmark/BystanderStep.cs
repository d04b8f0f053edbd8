namespace KsmTools.Benchmark;

/// <summary>A step of a bystander's round.</summary>
/// <param name="Kind">What it counts as; null where it only makes the next one possible.</param>
/// <param name="Call">Makes the call.</param>
internal readonly record struct BystanderStep(RmapBystanderCall? Kind, Action Call);
