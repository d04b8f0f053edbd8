using KsmTools.Errors;
using KsmTools.Files;

namespace KsmTools.Ksm;

/// <summary>
/// Settings changed for a while. Holds the lock and the journal from the start until <see cref="Dispose"/>, which takes back what was changed here and nobody has changed
/// since; so does an end of the process by exit, SIGTERM or SIGHUP. After a SIGKILL the journal is what is left.
/// </summary>
internal sealed class KsmTemporarySettings : IDisposable
{
    private readonly KernelTree _kernel;
    private readonly KsmConfigurationStore _store;
    private readonly CommandLock _lock;
    private readonly ProcessEnd _end;
    private readonly Lock _gate = new();
    private readonly Notices _notices;
    private readonly KsmLeftover _leftover;
    private readonly KsmConfiguration _set;
    private bool _over;

    private KsmTemporarySettings(
        KernelTree kernel, CommandLock taken, ActingCommand command, Notices notices, KsmLeftover leftover, KsmConfiguration former, KsmOwnChanges own, bool unmerges)
    {
        _kernel = kernel;
        _store = new KsmConfigurationStore(kernel);
        _lock = taken;
        Command = command;
        _notices = notices;
        _leftover = leftover;
        _set = former.Clone();
        Former = former;
        Own = own;
        Unmerges = unmerges;
        _end = new ProcessEnd(() => End(new Notices(command: null)));
    }

    /// <summary>The command whose while it is.</summary>
    public ActingCommand Command { get; }

    /// <summary>The settings at the beginning.</summary>
    public KsmConfiguration Former { get; }

    /// <summary>What was changed so far.</summary>
    public KsmOwnChanges Own { get; private set; }

    /// <summary>Whether the end begins with unmerging the whole host, and so any moment before may.</summary>
    public bool Unmerges { get; }

    private KsmOwnChanges All => _leftover.Changes.IsEmpty ? Own : _leftover.Changes.Joined(Own, _store.Read());

    /// <summary>Takes the lock and begins the journal, after taking back what a killed command has left changed.</summary>
    /// <param name="kernel">The kernel's files.</param>
    /// <param name="command">The command.</param>
    /// <param name="unmerges">
    /// Whether putting back begins with unmerging the whole host, asked under the lock. That is for a while that begins with nothing merged, and merges: what is merged at its
    /// end is its own doing, and <c>max_page_sharing</c> cannot be put back before. Null for never.
    /// </param>
    /// <param name="adopted">Changes of others that are to be taken back, too, by the knobs as they are; called under the lock. Null for none.</param>
    /// <exception cref="KsmToolsException"><see cref="ErrorReason.KsmNotSupported"/>, <see cref="ErrorReason.AccessDenied"/>, <see cref="ErrorReason.KnobBusy"/> when another command holds the lock.</exception>
    public static KsmTemporarySettings Begin(KernelTree kernel, ActingCommand command, Func<bool>? unmerges = null, Func<KsmConfiguration, Notices, KsmOwnChanges>? adopted = null)
    {
        ArgumentNullException.ThrowIfNull(kernel);
        KsmFiles.Require(kernel);
        kernel.RequireWritable(KsmFiles.Run);

        // People are told at the end: what it says may end the command.
        var notices = new Notices(command);
        CommandLock taken = CommandLock.Take(kernel, CommandLock.Settings, command);
        try
        {
            using ProcessEnd.Change change = ProcessEnd.Begin();
            var leftover = KsmLeftover.TakeBack(kernel, notices);
            KsmConfiguration now = new KsmConfigurationStore(kernel).Read();
            KsmOwnChanges own = adopted?.Invoke(now, notices) ?? KsmOwnChanges.None;
            bool isToUnmerge = unmerges?.Invoke() == true;
            KsmJournal.Write(kernel, command, leftover.Changes.Joined(own, now), isToUnmerge || leftover.Unmerges);
            return new KsmTemporarySettings(kernel, taken, command, notices, leftover, own.Lasting(now), own, isToUnmerge);
        }
        catch
        {
            // What was taken back until then stays so, and people are told of it.
            using Notices told = notices;
            taken.Dispose();
            throw;
        }
    }

    /// <summary>Applies settings for the while.</summary>
    /// <param name="settings">The knobs to set; null leaves a knob alone.</param>
    /// <exception cref="KsmToolsException">As <see cref="KsmConfigurationStore.Apply"/>; <see cref="ErrorReason.MemoryInsufficient"/>: there is not the memory to unmerge.</exception>
    public void Apply(KsmConfiguration settings)
    {
        // A signal may end the while at any moment; nothing is changed after that.
        using ProcessEnd.Change change = ProcessEnd.Begin();
        lock (_gate)
        {
            if (_over)
            {
                return;
            }

            if (settings.Run == KsmRunState.Unmerged)
            {
                KsmUnmerging.Require(_kernel);
            }

            KsmOwnChanges before = Own;
            KsmConfiguration now = _store.Read();
            Own = before.With(now, settings);
            foreach (KsmKnobChange lost in before.LostTo(now).Where(lost => KsmKnob.Of(lost).TextIn(settings) is not null))
            {
                _notices.Remark(Text.Format(Messages.ChangedMeanwhile, Path.GetFileName(lost.Path), lost.After));
            }

            if (before.IsAdvisorLeft(now))
            {
                _notices.Remark(Messages.AdvisorLeftOff);
            }

            try
            {
                KsmJournal.Write(_kernel, Command, All, Unmerges || _leftover.Unmerges);
                KsmOwnChanges made = before.With(now, settings, _store.Apply(settings));
                KsmKnob.Copy(settings, _set);
                if (!made.IsSameAs(Own))
                {
                    Own = made;
                    TryWriteJournal(All);
                }
            }
            catch
            {
                Own = Own.AfterFailure(before, _store.Read());
                TryWriteJournal(All);
                throw;
            }
        }
    }

    /// <summary>Has other values put back in the end.</summary>
    /// <param name="values">Those; null leaves a knob alone.</param>
    /// <exception cref="KsmToolsException">The journal cannot be written.</exception>
    public void Keep(KsmConfiguration values)
    {
        using ProcessEnd.Change change = ProcessEnd.Begin();
        lock (_gate)
        {
            if (!_over)
            {
                Own = Own.Keeping(values, _set, _store.Read());
                KsmJournal.Write(_kernel, Command, All, Unmerges || _leftover.Unmerges);
            }
        }
    }

    /// <summary>Takes back what was changed so far, in the middle of the while.</summary>
    /// <exception cref="KsmToolsException"><see cref="ErrorReason.StateRestoreFailed"/>.</exception>
    public void TakeBack()
    {
        using ProcessEnd.Change change = ProcessEnd.Begin();
        lock (_gate)
        {
            if (!_over)
            {
                (Own, _, IReadOnlyList<(KsmKnob, KsmToolsException Failure)> failures) = new KsmRestoration(_kernel).TakeBack(Own, unmerges: false, _notices);
                TryWriteJournal(All);
                if (failures is [var (_, failure), ..])
                {
                    throw failure;
                }
            }
        }
    }

    /// <summary>Takes back what was changed and lets go of journal and lock. What cannot be taken back stays in the journal.</summary>
    /// <exception cref="KsmToolsException"><see cref="ErrorReason.StateRestoreFailed"/>.</exception>
    public void Dispose() => End(_notices);

    private void End(Notices notices)
    {
        using Notices last = notices;
        using ProcessEnd.Change change = ProcessEnd.Begin();
        lock (_gate)
        {
            if (_over)
            {
                return;
            }

            _over = true;
            try
            {
                (KsmOwnChanges left, bool staysMerged, IReadOnlyList<(KsmKnob Knob, KsmToolsException Failure)> failures) = new KsmRestoration(_kernel).TakeBack(All, Unmerges, notices);
                Record(left, staysMerged);

                // What somebody else has left is not this command's failure.
                KsmLeftover.Tell(failures.Where(failed => !Own.Contains(failed.Knob)), notices);
                if (failures.FirstOrDefault(failed => Own.Contains(failed.Knob)).Failure is { } failure)
                {
                    throw failure;
                }
            }
            finally
            {
                _lock.Dispose();
                _end.Dispose();
            }
        }
    }

    private void Record(KsmOwnChanges left, bool staysMerged)
    {
        if (left.IsEmpty && !staysMerged)
        {
            KsmJournal.Delete(_kernel);
        }
        else if (_leftover.Record is { } others && !staysMerged && !left.ContainsAnyOf(Own))
        {
            // It is not this command that left it.
            Try(() => others.Rewrite(left, unmerges: true));
        }
        else
        {
            Try(() => KsmJournal.Write(_kernel, Command, left, staysMerged || (!left.IsEmpty && (Unmerges || _leftover.Unmerges))));
        }
    }

    private void TryWriteJournal(KsmOwnChanges changes) => Try(() => KsmJournal.Write(_kernel, Command, changes, Unmerges || _leftover.Unmerges));

    // Where that cannot be written, on a full disk, the journal says too much: that what is back already is to be taken back. It no longer has the value that was set, so it is not.
    private static void Try(Action write)
    {
        try
        {
            write();
        }
        catch (KsmToolsException)
        {
        }
    }
}
