using KsmTools.Errors;
using KsmTools.Files;

namespace KsmTools.Ksm;

/// <summary>Lasting changes of KSM's settings: under the lock, and an unmerge only with the memory for it.</summary>
public sealed class KsmSettings
{
    private readonly KernelTree _kernel;
    private readonly KsmConfigurationStore _store;

    /// <summary>The settings of one kernel.</summary>
    /// <param name="kernel">The kernel's files.</param>
    public KsmSettings(KernelTree kernel)
    {
        ArgumentNullException.ThrowIfNull(kernel);
        _kernel = kernel;
        _store = new KsmConfigurationStore(kernel);
    }

    /// <summary>What an interrupted command left and when, for people; null where nothing did.</summary>
    public string? Interrupted => KsmJournal.Orphan(_kernel)?.ToString();

    /// <summary>
    /// What to say before anything else: that an interrupted command left changed settings and how to put them back, or that what commands keep of each other is not to be trusted;
    /// null where there is nothing to say, and where this user may not look.
    /// </summary>
    public string? InterruptedRemark
    {
        get
        {
            try
            {
                return Interrupted is { } left ? Text.Format(Messages.JournalOrphaned, left) : null;
            }
            catch (KsmToolsException failure) when (failure.Reason is ErrorReason.UnsafePath)
            {
                return $"{failure.Message} {failure.RecommendedAction}";
            }
            catch (KsmToolsException failure) when (failure.Reason is ErrorReason.AccessDenied)
            {
                return null;
            }
        }
    }

    /// <summary>What setting would write, in order, after every check that needs no writing.</summary>
    /// <param name="request">The knobs to set; null leaves a knob alone.</param>
    /// <param name="force">Do not ask whether there is memory to unmerge.</param>
    /// <exception cref="KsmToolsException">
    /// <see cref="ErrorReason.KsmNotSupported"/>, <see cref="ErrorReason.KnobNotSupported"/>, <see cref="ErrorReason.KnobValueInvalid"/>,
    /// <see cref="ErrorReason.AccessDenied"/> or <see cref="ErrorReason.MemoryInsufficient"/>.
    /// </exception>
    public IReadOnlyList<KsmKnobChange> Plan(KsmConfiguration request, bool force)
    {
        IReadOnlyList<KsmKnobChange> changes = _store.Plan(request);
        if (!force && request.Run == KsmRunState.Unmerged)
        {
            RequireMemoryToUnmerge();
        }

        return changes;
    }

    /// <summary>Sets knobs, all or none.</summary>
    /// <param name="request">The knobs to set; null leaves a knob alone.</param>
    /// <param name="force">Do not ask whether there is memory to unmerge.</param>
    /// <param name="command">The command, for the lock.</param>
    /// <exception cref="KsmToolsException">
    /// As <see cref="Plan"/>; <see cref="ErrorReason.KnobBusy"/>: another command holds the lock, or a knob cannot change now;
    /// <see cref="ErrorReason.StateRestoreFailed"/>: a knob failed, and what was written before it could not be put back.
    /// </exception>
    public void Set(KsmConfiguration request, bool force, string command)
    {
        if (Plan(request, force).Count > 0)
        {
            using CommandLock taken = CommandLock.Take(_kernel, CommandLock.Settings, command);
            _store.Apply(request);
        }
    }

    /// <summary>The settings that an interrupted command would have put back, or null where there is no journal.</summary>
    /// <exception cref="KsmToolsException">The journal cannot be read.</exception>
    public KsmConfiguration? FormerSettings() => KsmJournal.Read(_kernel)?.Former;

    /// <summary>Puts back what an interrupted command left, and removes its journal.</summary>
    /// <param name="command">The command, for the lock.</param>
    /// <returns>Whether there was a journal.</returns>
    /// <exception cref="KsmToolsException"><see cref="ErrorReason.KnobBusy"/> when the command still runs; <see cref="ErrorReason.StateRestoreFailed"/>.</exception>
    public bool Restore(string command)
    {
        if (KsmJournal.Read(_kernel) is null)
        {
            return false;
        }

        using CommandLock taken = CommandLock.Take(_kernel, CommandLock.Settings, command);
        if (KsmJournal.Read(_kernel) is not { } journal)
        {
            return false;
        }

        _store.PutBack(journal.Former, journal.Unmerges);
        KsmJournal.Delete(_kernel);
        return true;
    }

    /// <summary>What steps of a policy changed and would be taken back, for people; null where there is no record.</summary>
    /// <exception cref="KsmToolsException">The record cannot be read.</exception>
    public string? PolicyChanges => KsmPolicyRecord.Read(_kernel) is { IsEmpty: false } changes ? string.Join(", ", _store.Preview(changes.Undo(_store.Read()))) : null;

    /// <summary>Takes back what steps of a policy changed and nobody has changed since.</summary>
    /// <param name="command">The command, for the lock.</param>
    /// <exception cref="KsmToolsException">As <see cref="Set"/>.</exception>
    public void TakeBackPolicy(string command)
    {
        using CommandLock taken = CommandLock.Take(_kernel, CommandLock.Settings, command);
        _store.Apply(KsmPolicyRecord.Read(_kernel).Undo(_store.Read()));
        KsmPolicyRecord.Write(_kernel, KsmOwnChanges.None);
    }

    // Each mapping that shares a page, or the zero page, gets a page of its own.
    private void RequireMemoryToUnmerge()
    {
        long pages = (_kernel.ReadInt64(KsmFiles.PagesSharing) ?? 0) + (_kernel.ReadInt64(KsmFiles.ZeroPages) ?? 0);
        long needed = pages * PageSize.Of(_kernel);
        if (AvailableMemory.ReadBytes(_kernel) is { } available && needed > available)
        {
            throw new KsmToolsException(
                ErrorReason.MemoryInsufficient,
                _kernel.Locate(KsmFiles.Run),
                Text.Format(Messages.UnmergeNeedsMemory, pages, needed, available),
                Messages.UnmergeNeedsMemoryAction);
        }
    }
}
