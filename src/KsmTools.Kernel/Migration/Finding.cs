using KsmTools.Errors;

namespace KsmTools.Migration;

/// <summary>What ends a scenario.</summary>
/// <param name="Result">The verdict.</param>
/// <param name="Reason">Why.</param>
/// <param name="Remedy">What to do about it.</param>
/// <param name="MayTryAgain">Whether other pages may fare better.</param>
internal sealed record Finding(KsmMigrationVerdict Result, string Reason, string? Remedy = null, bool MayTryAgain = false)
{
    public static Finding? Failure(string? reason) => reason is null ? null : new Finding(KsmMigrationVerdict.Fail, reason, Messages.MigrationFailedAction);

    public static Finding Skipped(string reason, string remedy) => new(KsmMigrationVerdict.Skip, reason, remedy);

    public static Finding Skipped(KsmToolsException refusal) => Skipped(refusal.Message, refusal.RecommendedAction);
}
