using KsmTools.Errors;

namespace KsmTools.Memory;

/// <summary>What is worth saying about pages that moved only when asked again.</summary>
internal static class MoveRemark
{
    /// <summary>The remark, or null.</summary>
    /// <param name="results">What became of the pages.</param>
    /// <param name="ksmdRuns">Whether ksmd runs.</param>
    public static string? Of(IReadOnlyList<PageMoveResult> results, bool ksmdRuns)
    {
        int again = results.Count(result => result.Attempts > 1);
        return again == 0 ? null : Text.Format(ksmdRuns ? Messages.MovedAgainKsm : Messages.MovedAgain, again, results.Max(result => result.Attempts));
    }
}
