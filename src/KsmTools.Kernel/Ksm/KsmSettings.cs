using KsmTools.Errors;
using KsmTools.Files;

namespace KsmTools.Ksm;

/// <summary>Lasting changes of KSM's settings: under the lock, and an unmerge only with the memory for it.</summary>
public sealed class KsmSettings
{
    private readonly KernelTree _kernel;
    private readonly KsmConfigurationStore _store;
    private readonly KsmRestoration _restoration;

    /// <summary>The settings of one kernel.</summary>
    /// <param name="kernel">The kernel's files.</param>
    public KsmSettings(KernelTree kernel)
    {
        ArgumentNullException.ThrowIfNull(kernel);
        _kernel = kernel;
        _store = new KsmConfigurationStore(kernel);
        _restoration = new KsmRestoration(kernel);
    }

    /// <summary>What an interrupted command left and when, for people; null where nothing did.</summary>
    /// <exception cref="KsmToolsException">The kernel cannot read the journal, or others could have written it.</exception>
    public string? Interrupted => KsmJournal.Orphan(_kernel)?.ToString();

    /// <summary>
    /// What to say before anything else: that an interrupted command left changed settings and how to put them back, or that what commands keep of each other is not to be trusted;
    /// null where there is nothing to say, and where this user may not look.
    /// </summary>
    public string? InterruptedRemark => Remark(() => KsmJournal.Orphan(_kernel) is { } left
        ? Text.Format(left.IsDamaged ? Messages.JournalDamaged : Messages.JournalOrphaned, left)
        : null);

    /// <summary>Whose settings are in force for a while, and what they were and will be; null where these are lasting.</summary>
    public string? TemporaryRemark => Remark(() =>
        CommandLock.HolderOf(_kernel, CommandLock.Settings) is not null && KsmJournal.Read(_kernel) is { IsOfEarlierBoot: false, IsEmpty: false } journal
            && _restoration.Preview(journal.Changes(_store.Read())) is { Count: > 0 } changes
            ? Text.Format(Messages.SettingsTemporary, journal, string.Join(", ", changes))
            : null);

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
        return !force && request.Run == KsmRunState.Unmerged && KsmUnmerging.Refusal(_kernel, Messages.UnmergeNeedsMemoryAction) is { } refusal
            ? throw refusal
            : changes;
    }

    /// <summary>Sets knobs, all or none.</summary>
    /// <param name="request">The knobs to set; null leaves a knob alone.</param>
    /// <param name="force">Do not ask whether there is memory to unmerge.</param>
    /// <param name="command">The command.</param>
    /// <exception cref="KsmToolsException">
    /// As <see cref="Plan"/>; <see cref="ErrorReason.KnobBusy"/>: another command holds the lock, or a knob cannot change now;
    /// <see cref="ErrorReason.StateRestoreFailed"/>: a knob failed, and what was written before it could not be put back.
    /// </exception>
    public void Set(KsmConfiguration request, bool force, ActingCommand command) => _ = TrySet(request, force, agreed: null, command);

    /// <summary>Sets knobs, all or none, unless that would write something else by now than what was agreed to. What is set so is nobody's to take back any more.</summary>
    /// <param name="request">The knobs to set; null leaves a knob alone.</param>
    /// <param name="force">Do not ask whether there is memory to unmerge.</param>
    /// <param name="agreed">What <see cref="Plan"/> gave; null for whatever it is.</param>
    /// <param name="command">The command.</param>
    /// <returns>Whether they are set.</returns>
    /// <exception cref="KsmToolsException">As <see cref="Set"/>.</exception>
    public bool TrySet(KsmConfiguration request, bool force, IReadOnlyList<KsmKnobChange>? agreed, ActingCommand command)
    {
        if (!_kernel.IsWritable(KsmFiles.Run))
        {
            // Who may write nothing can only be told that all is so already; not by the temporary settings of another command.
            _ = Plan(request, force);
            CommandLock.RequireFree(_kernel, CommandLock.Settings);
            return Plan(request, force).Count == 0;
        }

        using CommandLock taken = CommandLock.Take(_kernel, CommandLock.Settings, command);
        if (agreed is not null && Plan(request, force).Except(agreed).Any())
        {
            return false;
        }

        KsmConfiguration now = _store.Read();
        KsmChangeRecord? left = KsmJournal.TakeOver(_kernel, now, command);
        KsmOwnChanges policy = KsmPolicyRecord.TakeOver(_kernel, now, command);
        if (Plan(request, force).Count > 0)
        {
            _store.Apply(request);
        }

        // Whoever sets a knob wants it to stay so.
        if (left is not null)
        {
            Forget(left.Changes(now), request, left.Rewrite, command);
        }

        Forget(policy, request, changes => KsmPolicyRecord.Write(_kernel, command, changes), command);
        return true;
    }

    /// <summary>The settings that last: as they are, without what an interrupted command or steps of a policy have changed and would take back.</summary>
    /// <param name="command">The command.</param>
    /// <returns>The settings, and for people what was left out of them; null for that where nothing was.</returns>
    /// <exception cref="KsmToolsException"><see cref="ErrorReason.KnobBusy"/>: another command holds the lock, and has settings of its own for a while.</exception>
    public (KsmConfiguration Settings, string? LeftOut) ReadLasting(ActingCommand command)
    {
        if (!_kernel.IsWritable(KsmFiles.Run))
        {
            CommandLock.RequireFree(_kernel, CommandLock.Settings);
            return Lasting();
        }

        using CommandLock taken = CommandLock.Take(_kernel, CommandLock.Settings, command);
        return Lasting();
    }

    /// <summary>What putting back what an interrupted command left would do, for people; null where there is no journal.</summary>
    /// <exception cref="KsmToolsException">The kernel cannot read the journal, or others could have written it.</exception>
    public string? RestoreAction => KsmJournal.Read(_kernel) switch
    {
        null => null,
        { IsOfEarlierBoot: true } old => Text.Format(Messages.RestoreForgets, old),
        { } journal => Text.Format(journal.Unmerges ? Messages.RestoreUnmerges : Messages.RestoreWrites, journal, string.Join(", ", _restoration.Preview(journal.Changes(_store.Read())))),
    };

    /// <summary>Puts back what an interrupted command left, and removes its journal. A damaged one is moved out of the way, and what can be read of it is put back.</summary>
    /// <param name="command">The command.</param>
    /// <returns>Whether there was a journal.</returns>
    /// <exception cref="KsmToolsException"><see cref="ErrorReason.KnobBusy"/> when the command still runs; <see cref="ErrorReason.StateRestoreFailed"/>.</exception>
    public bool Restore(ActingCommand command)
    {
        if (KsmJournal.Read(_kernel) is null)
        {
            return false;
        }

        using CommandLock taken = CommandLock.Take(_kernel, CommandLock.Settings, command);
        KsmConfiguration now = _store.Read();
        if (KsmJournal.TakeOver(_kernel, now, command) is { } journal)
        {
            _restoration.TakeBack(journal.Changes(now), journal.Unmerges, journal.Rewrite, command.Remark);
        }

        return true;
    }

    /// <summary>What steps of a policy changed and would be taken back, for people; null where there is no record.</summary>
    /// <exception cref="KsmToolsException">The kernel cannot read the record, or others could have written it.</exception>
    public string? PolicyChanges => KsmPolicyRecord.Read(_kernel, _store.Read()) is { IsEmpty: false } changes ? string.Join(", ", _restoration.Preview(changes)) : null;

    /// <summary>Takes back what steps of a policy changed and nobody has changed since.</summary>
    /// <param name="command">The command.</param>
    /// <exception cref="KsmToolsException">As <see cref="Restore"/>.</exception>
    public void TakeBackPolicy(ActingCommand command)
    {
        using CommandLock taken = CommandLock.Take(_kernel, CommandLock.Settings, command);
        _restoration.TakeBack(
            KsmPolicyRecord.TakeOver(_kernel, _store.Read(), command), unmerges: false, changes => KsmPolicyRecord.Write(_kernel, command, changes), command.Remark);
    }

    private static void Forget(KsmOwnChanges changes, KsmConfiguration decided, Action<KsmOwnChanges> rewrite, ActingCommand command)
    {
        KsmOwnChanges rest = changes.Without(decided);
        if (rest.Count == changes.Count)
        {
            return;
        }

        try
        {
            rewrite(rest);
        }
        catch (KsmToolsException failure)
        {
            // The knobs are set, and that is what was asked for.
            command.Remark?.Invoke(Text.Format(Messages.RecordNotUpdated, failure.InnerException?.Message ?? failure.Message));
        }
    }

    private static string? Remark(Func<string?> say)
    {
        try
        {
            return say();
        }
        catch (KsmToolsException failure) when (failure.Reason is ErrorReason.UnsafePath)
        {
            return $"{failure.Message} {failure.RecommendedAction}";
        }
        catch (KsmToolsException failure) when (failure.Reason is ErrorReason.AccessDenied or ErrorReason.KsmNotSupported)
        {
            return null;
        }
    }

    private (KsmConfiguration Settings, string? LeftOut) Lasting()
    {
        KsmConfiguration now = _store.Read();
        KsmOwnChanges left = KsmJournal.Read(_kernel) is { IsOfEarlierBoot: false } journal ? journal.Changes(now) : KsmOwnChanges.None;
        left = left.Joined(KsmPolicyRecord.Read(_kernel, now), now);
        IReadOnlyList<KsmKnobChange> changes = _restoration.Preview(left);
        return (left.Lasting(now), changes.Count > 0 ? string.Join(", ", changes) : null);
    }
}
