using KsmTools.Errors;
using KsmTools.Files;
using KsmTools.Interop;

namespace KsmTools.Ksm;

/// <summary>Takes changes back, by one rule for all of them: of what was changed, what still has the value that was set then. All else is somebody's by now.</summary>
/// <param name="kernel">The kernel's files.</param>
internal sealed class KsmRestoration(KernelTree kernel)
{
    private readonly KsmConfigurationStore _store = new(kernel);

    /// <summary>What taking back would write, in order; also for a user who may not.</summary>
    /// <param name="changes">What was changed.</param>
    public IReadOnlyList<KsmKnobChange> Preview(KsmOwnChanges changes)
    {
        KsmConfiguration now = _store.Read();
        KsmConfiguration undo = changes.Undo(now);
        return
        [
            .. from knob in KsmKnob.InApplyOrder(undo)
               let value = knob.TextIn(undo)
               where value is not null
               select new KsmKnobChange(knob.Property, kernel.Locate(knob.Path), knob.TextIn(now) ?? string.Empty, value),
        ];
    }

    /// <summary>Takes back, going on past a knob that fails. The caller has the lock.</summary>
    /// <param name="changes">What was changed.</param>
    /// <param name="unmerges">Whether nothing was merged before, so that what is merged now is to be unmerged first: if there is the memory, and nobody else has set <c>run</c>.</param>
    /// <param name="notices">Gets what was left as it is, and why.</param>
    public KsmTakenBack TakeBack(KsmOwnChanges changes, bool unmerges, Notices notices)
    {
        KsmConfiguration now = _store.Read();
        foreach (KsmKnobChange lost in changes.LostTo(now))
        {
            TellLost(lost, notices);
        }

        if (changes.IsAdvisorLeft(now))
        {
            notices.Remark(Messages.AdvisorLeftOff);
        }

        KsmConfiguration undo = changes.Undo(now);
        bool staysMerged = false;
        bool isMerged = unmerges && KsmUnmerging.IsNeeded(kernel);
        if (isMerged && changes.Lost(KsmKnob.Run, now))
        {
            notices.Remark(Messages.StaysMergedByOthers);
        }
        else if (isMerged)
        {
            staysMerged = !TryUnmerge(notices);

            // It leaves run at 2, or at 0 where it fails half way; from there it goes back to what it was.
            undo.Run ??= now.Run;
            now.Run = _store.Read().Run;
        }

        IReadOnlyList<(KsmKnob, KsmToolsException)> failures = _store.TryPutBack(undo, now, cause: null, lost => TellLost(lost, notices));
        return new KsmTakenBack(failures.Count == 0 ? KsmOwnChanges.None : changes.StillThere(_store.Read()), staysMerged, failures);
    }

    private static void TellLost(KsmKnobChange lost, Notices notices) => notices.Remark(Text.Format(Messages.ChangedByOthers, Path.GetFileName(lost.Path), lost.After, lost.Before));

    private bool TryUnmerge(Notices notices)
    {
        KsmToolsException? refusal = KsmUnmerging.Refusal(kernel, Messages.StaysMergedAction);
        Errno errno = refusal is null ? kernel.TryWrite(KsmFiles.Run, "2") : Errno.None;
        if (errno != Errno.None)
        {
            refusal = KsmErrors.ForWrite(errno, KsmKnob.Run, kernel.Locate(KsmFiles.Run), "2", pagesShared: null);
        }

        if (refusal is not null)
        {
            notices.Remark(Text.Format(Messages.StaysMerged, refusal.Message, refusal.RecommendedAction));
        }

        return refusal is null;
    }
}
