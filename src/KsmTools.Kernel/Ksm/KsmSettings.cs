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
    public string? InterruptedRemark => Remark(() => KsmJournal.Orphan(_kernel) is { } left && (left.IsDamaged || left.HasChanges || KsmUnmerging.IsNeeded(_kernel))
        ? Text.Format(left.IsDamaged ? Messages.JournalDamaged : left.HasChanges ? Messages.JournalOrphaned : Messages.JournalOwesUnmerge, left)
        : null);

    /// <summary>Whose settings are in force for a while, and what they were and will be; null where these are lasting.</summary>
    public string? TemporaryRemark => Remark(() =>
    {
        if (CommandLock.HolderOf(_kernel, CommandLock.Settings) is not { } holder || KsmJournal.Read(_kernel) is not { IsOfEarlierBoot: false, IsEmpty: false, IsLasting: false } journal)
        {
            return null;
        }

        IReadOnlyList<KsmKnobChange> changes = _restoration.Preview(journal.Changes(_store.Read()));
        return journal.IsDamaged ? Text.Format(Messages.SettingsHeld, holder)
            : changes.Count > 0 ? Text.Format(Messages.SettingsTemporary, journal, string.Join(", ", changes))
            : null;
    });

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

        using var notices = new Notices(command);
        using CommandLock taken = CommandLock.Take(_kernel, CommandLock.Settings, command);
        using ProcessEnd.Change change = ProcessEnd.Begin();
        if (agreed is not null && Plan(request, force).Except(agreed).Any())
        {
            return false;
        }

        KsmConfiguration now = _store.Read();
        KsmChangeRecord? left = KsmJournal.TakeOver(_kernel, now, notices);
        KsmOwnChanges policy = KsmPolicyRecord.TakeOver(_kernel, now, notices);
        int count = Plan(request, force).Count;
        if (count > 0 || request.Other.Count > 0)
        {
            KsmNamedFiles.Keep(_kernel, request.Other.Keys, () => new KsmWholeChange(_kernel, left, now).Make(request, count, command, notices), notices);
        }

        // Whoever sets a knob wants it to stay so; and who sets run, that nothing is unmerged for what was before.
        if (left is not null)
        {
            Forget(left.Changes(now), request, owes: left.Unmerges && request.Run is not null, rest => left.Rewrite(rest, unmerges: request.Run is null), notices);
        }

        Forget(policy, request, owes: false, rest => KsmPolicyRecord.Write(_kernel, command, rest), notices);
        return true;
    }

    /// <summary>The settings that last: as they are, without what an interrupted command or steps of a policy have changed and would take back.</summary>
    /// <param name="command">The command.</param>
    /// <returns>The settings, with those files of <see cref="KsmConfiguration.Other"/> that were set by name, and for people what was left out of them; null for that where nothing was.</returns>
    /// <exception cref="KsmToolsException">
    /// <see cref="ErrorReason.KnobBusy"/>: another command holds the lock, and has settings of its own for a while; <see cref="ErrorReason.StateDamaged"/>: nobody knows which are to last.
    /// </exception>
    public (KsmConfiguration Settings, string? LeftOut) ReadLasting(ActingCommand command)
    {
        if (_kernel.IsWritable(KsmFiles.Run))
        {
            using CommandLock taken = CommandLock.Take(_kernel, CommandLock.Settings, command);
            return Lasting();
        }

        CommandLock.RequireFree(_kernel, CommandLock.Settings);
        (KsmConfiguration Settings, string? LeftOut) lasting = Lasting();
        CommandLock.RequireFree(_kernel, CommandLock.Settings);
        return lasting;
    }

    /// <summary>Checks that no command has settings of its own now, for who would only look at what <see cref="Restore"/> does.</summary>
    /// <exception cref="KsmToolsException"><see cref="ErrorReason.KnobBusy"/>, naming the command.</exception>
    public void RequireIdle() => CommandLock.RequireFree(_kernel, CommandLock.Settings);

    /// <summary>What <see cref="Restore"/> would do, for people; null where nothing was left.</summary>
    /// <exception cref="KsmToolsException">The kernel cannot read what was left, or others could have written it.</exception>
    public string? RestoreAction
    {
        get
        {
            KsmConfiguration now = _store.Read();
            KsmChangeRecord? journal = KsmJournal.Read(_kernel);
            KsmChangeRecord? policy = KsmPolicyRecord.Find(_kernel);
            string[] actions = [.. new[]
            {
                Describe(journal, now, Messages.RestoreWrites),
                Describe(policy, now, Messages.RestorePolicy),
            }.OfType<string>()];
            return actions.Length > 0 ? string.Join("; ", actions) : null;
        }
    }

    /// <summary>
    /// Takes back what an interrupted command and what steps of a policy have changed and nobody has changed since. What is damaged is moved out of the way, and what can be
    /// read of it is taken back.
    /// </summary>
    /// <param name="command">The command.</param>
    /// <returns>Whether there was something.</returns>
    /// <exception cref="KsmToolsException"><see cref="ErrorReason.KnobBusy"/> when the command still runs; <see cref="ErrorReason.StateRestoreFailed"/>: all else is back.</exception>
    public bool Restore(ActingCommand command)
    {
        if (KsmJournal.Read(_kernel) is null && KsmPolicyRecord.Find(_kernel) is null)
        {
            return false;
        }

        using var notices = new Notices(command);
        using CommandLock taken = CommandLock.Take(_kernel, CommandLock.Settings, command);
        using ProcessEnd.Change change = ProcessEnd.Begin();
        KsmConfiguration now = _store.Read();
        KsmChangeRecord? journal = KsmJournal.TakeOver(_kernel, now, notices);
        KsmChangeRecord? policy = KsmPolicyRecord.Mended(_kernel, now, notices);
        KsmOwnChanges changes = (journal?.Changes(now) ?? KsmOwnChanges.None).Joined(policy?.Changes(now) ?? KsmOwnChanges.None, now);
        (KsmOwnChanges left, bool staysMerged, IReadOnlyList<(KsmKnob, KsmToolsException Failure)> failures) = _restoration.TakeBack(changes, journal is { Unmerges: true }, notices);

        try
        {
            // What max_page_sharing waits for is the unmerge.
            journal?.Rewrite(left, unmerges: staysMerged || !left.IsEmpty);
            policy?.Rewrite(journal is null ? left : KsmOwnChanges.None, unmerges: false);
        }
        catch (KsmToolsException) when (failures.Count > 0 || staysMerged)
        {
            // What is on record stays as it was, which is no less than what is left; and that is what is to be told.
        }

        return failures is [var (_, failure), ..] ? throw failure : true;
    }

    private string? Describe(KsmChangeRecord? record, KsmConfiguration now, string action) => record switch
    {
        null => null,
        { IsOfEarlierBoot: true } => Text.Format(Messages.RestoreForgets, record),
        _ => Describe(record, record.Changes(now), now, action),
    };

    private string Describe(KsmChangeRecord record, KsmOwnChanges changes, KsmConfiguration now, string action)
    {
        bool unmerges = record.Unmerges && !changes.Lost(KsmKnob.Run, now);
        IReadOnlyList<KsmKnobChange> writes = _restoration.Preview(changes);
        return (unmerges, writes.Count) switch
        {
            (true, 0) => Text.Format(Messages.RestoreUnmergesOnly, record),
            (false, 0) => Text.Format(Messages.RestoreNothing, record),
            _ => Text.Format(unmerges ? Messages.RestoreUnmerges : action, record, string.Join(", ", writes)),
        };
    }

    private static void Forget(KsmOwnChanges changes, KsmConfiguration decided, bool owes, Action<KsmOwnChanges> rewrite, Notices notices)
    {
        KsmOwnChanges rest = changes.Without(decided);
        if (rest.Count == changes.Count && !owes)
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
            notices.Remark(Text.Format(Messages.RecordNotUpdated, failure.InnerException?.Message ?? failure.Message));
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
        KsmChangeRecord?[] records = [KsmJournal.Read(_kernel), KsmPolicyRecord.Find(_kernel)];
        KsmConfiguration now = _store.Read();
        KsmOwnChanges left = KsmOwnChanges.None;
        foreach (KsmChangeRecord record in records.OfType<KsmChangeRecord>().Where(record => !record.IsOfEarlierBoot))
        {
            left = record.IsDamaged ? throw record.NotKnown() : left.Joined(record.Changes(now), now);
        }

        IReadOnlyList<KsmKnobChange> changes = _restoration.Preview(left);
        KsmConfiguration lasting = left.Lasting(now);
        string[] leftOut =
        [
            .. changes.Count > 0 ? [Text.Format(Messages.SavedWithout, string.Join(", ", changes))] : (string[])[],
            .. KsmNamedFiles.LeaveIn(lasting, _kernel),
        ];
        return (lasting, leftOut.Length > 0 ? string.Join(' ', leftOut) : null);
    }
}
