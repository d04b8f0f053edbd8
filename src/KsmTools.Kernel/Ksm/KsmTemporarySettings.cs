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
    private readonly ActingCommand _command;
    private readonly bool _unmerges;
    private bool _over;

    private KsmTemporarySettings(KernelTree kernel, CommandLock taken, ActingCommand command, KsmConfiguration former, KsmOwnChanges own, bool unmerges)
    {
        _kernel = kernel;
        _store = new KsmConfigurationStore(kernel);
        _lock = taken;
        _command = command;
        _unmerges = unmerges;
        Own = own;
        Former = former;
        _end = new ProcessEnd(() => End(remark: null));
    }

    /// <summary>The settings at the beginning, without what a killed command had left changed.</summary>
    public KsmConfiguration Former { get; }

    /// <summary>What was changed so far, and what a killed command had left changed: all that will be taken back.</summary>
    public KsmOwnChanges Own { get; private set; }

    /// <summary>Takes the lock and begins the journal. What a killed command left changed is taken back at the end, with what is changed here.</summary>
    /// <param name="kernel">The kernel's files.</param>
    /// <param name="command">The command.</param>
    /// <param name="unmerges">
    /// Whether putting back begins with unmerging the whole host, asked under the lock. That is for a while that begins with nothing merged, and merges: what is merged at its
    /// end is its own doing, and <c>max_page_sharing</c> cannot be put back before. Null for never.
    /// </param>
    /// <param name="adopted">Changes of others that are to be taken back, too, by the knobs as they are; called under the lock. Null for none.</param>
    /// <exception cref="KsmToolsException"><see cref="ErrorReason.KsmNotSupported"/>, <see cref="ErrorReason.AccessDenied"/>, <see cref="ErrorReason.KnobBusy"/> when another command holds the lock.</exception>
    public static KsmTemporarySettings Begin(KernelTree kernel, ActingCommand command, Func<bool>? unmerges = null, Func<KsmConfiguration, KsmOwnChanges>? adopted = null)
    {
        ArgumentNullException.ThrowIfNull(kernel);
        KsmFiles.Require(kernel);
        kernel.RequireWritable(KsmFiles.Run);
        CommandLock taken = CommandLock.Take(kernel, CommandLock.Settings, command);
        try
        {
            KsmConfiguration now = new KsmConfigurationStore(kernel).Read();
            KsmOwnChanges own = KsmJournal.TakeOver(kernel, now, command)?.Changes(now) ?? KsmOwnChanges.None;
            own = adopted is null ? own : own.Joined(adopted(now), now);
            bool isToUnmerge = unmerges?.Invoke() == true;
            KsmJournal.Write(kernel, command, own, isToUnmerge);
            return new KsmTemporarySettings(kernel, taken, command, own.Lasting(now), own, isToUnmerge);
        }
        catch
        {
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
            KsmOwnChanges own = before.With(_store.Read(), settings);
            KsmJournal.Write(_kernel, _command, own, _unmerges);
            Own = own;
            try
            {
                _store.Apply(settings);
            }
            catch
            {
                Own = own.AfterFailure(before, _store.Read());
                KsmJournal.Write(_kernel, _command, Own, _unmerges);
                throw;
            }
        }
    }

    /// <summary>Has other values put back in the end.</summary>
    /// <param name="values">Those; null leaves a knob alone.</param>
    /// <exception cref="KsmToolsException">The journal cannot be written.</exception>
    public void Keep(KsmConfiguration values)
    {
        lock (_gate)
        {
            if (!_over)
            {
                KsmOwnChanges own = Own.Keeping(values, _store.Read());
                KsmJournal.Write(_kernel, _command, own, _unmerges);
                Own = own;
            }
        }
    }

    /// <summary>Takes back what was changed so far, in the middle of the while.</summary>
    /// <exception cref="KsmToolsException"><see cref="ErrorReason.StateRestoreFailed"/>.</exception>
    public void TakeBack()
    {
        lock (_gate)
        {
            if (!_over)
            {
                new KsmRestoration(_kernel).TakeBack(Own, unmerges: false, KeepOnRecord, _command.Remark);
            }
        }
    }

    /// <summary>Takes back what was changed and lets go of journal and lock. What cannot be taken back stays in the journal.</summary>
    /// <exception cref="KsmToolsException"><see cref="ErrorReason.StateRestoreFailed"/>.</exception>
    public void Dispose() => End(_command.Remark);

    private void End(Action<string>? remark)
    {
        lock (_gate)
        {
            if (_over)
            {
                return;
            }

            _over = true;
            try
            {
                new KsmRestoration(_kernel).TakeBack(Own, _unmerges, KeepOnRecord, remark);
                KsmJournal.Delete(_kernel);
            }
            finally
            {
                _lock.Dispose();
                _end.Dispose();
            }
        }
    }

    private void KeepOnRecord(KsmOwnChanges left)
    {
        Own = left;
        KsmJournal.Write(_kernel, _command, left, _unmerges);
    }
}
