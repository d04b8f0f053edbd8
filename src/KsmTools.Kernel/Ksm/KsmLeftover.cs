using KsmTools.Errors;
using KsmTools.Files;

namespace KsmTools.Ksm;

/// <summary>What a killed command has left changed, and could not be taken back by the next one: <c>max_page_sharing</c>, as a rule, while pages are merged.</summary>
/// <param name="Changes">The changes.</param>
/// <param name="Unmerges">Whether whoever restores them is to unmerge first. Nobody else does.</param>
/// <param name="Record">Where they stand; null where there are none.</param>
internal sealed record KsmLeftover(KsmOwnChanges Changes, bool Unmerges, KsmChangeRecord? Record)
{
    /// <summary>Takes back what there is, without unmerging for it. The caller has the lock.</summary>
    /// <param name="kernel">The kernel's files.</param>
    /// <param name="notices">Gets what people are to be told.</param>
    /// <exception cref="KsmToolsException">A damaged journal cannot be moved out of the way.</exception>
    public static KsmLeftover TakeBack(KernelTree kernel, Notices notices)
    {
        KsmConfiguration now = new KsmConfigurationStore(kernel).Read();
        if (KsmJournal.TakeOver(kernel, now, notices) is not { } journal)
        {
            return new KsmLeftover(KsmOwnChanges.None, Unmerges: false, Record: null);
        }

        (KsmOwnChanges left, _, IReadOnlyList<(KsmKnob, KsmToolsException)> failures) = new KsmRestoration(kernel).TakeBack(journal.Changes(now), unmerges: false, notices);
        Tell(failures, notices);
        if (left.IsEmpty && journal.Unmerges && KsmUnmerging.IsNeeded(kernel))
        {
            // Whatever this command merges, or others meanwhile, is not to be undone for one that is gone.
            notices.Remark(Text.Format(Messages.LeftoverStaysMerged, journal));
        }

        journal.Rewrite(left, unmerges: !left.IsEmpty);
        return new KsmLeftover(left, journal.Unmerges && !left.IsEmpty, left.IsEmpty ? null : journal);
    }

    /// <summary>Says what could not be taken back.</summary>
    /// <param name="failures">The knobs that failed.</param>
    /// <param name="notices">Gets it.</param>
    public static void Tell(IEnumerable<(KsmKnob Knob, KsmToolsException Failure)> failures, Notices notices)
    {
        foreach ((_, KsmToolsException failure) in failures)
        {
            notices.Remark(Text.Format(Messages.LeftoverStays, failure.Message, failure.RecommendedAction));
        }
    }
}
