namespace KsmTools.Potential;

/// <summary>Page frames that merging frees.</summary>
/// <param name="Expected">The likeliest number.</param>
/// <param name="Lower">The least it can be.</param>
/// <param name="Upper">The most it can be.</param>
internal readonly record struct SavedFrames(double Expected, double Lower, double Upper);
