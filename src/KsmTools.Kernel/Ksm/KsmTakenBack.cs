using KsmTools.Errors;

namespace KsmTools.Ksm;

/// <summary>What came of taking changes back.</summary>
/// <param name="Left">The changes that are still there.</param>
/// <param name="StaysMerged">Whether what is merged was to be unmerged, and could not be.</param>
/// <param name="Failures">The knobs that failed.</param>
internal readonly record struct KsmTakenBack(KsmOwnChanges Left, bool StaysMerged, IReadOnlyList<(KsmKnob Knob, KsmToolsException Failure)> Failures);
