using KsmTools.Errors;
using KsmTools.Files;

namespace KsmTools.Ksm;

/// <summary>
/// Settings changed for a while. Holds the lock and the journal from the start until <see cref="Dispose"/>, which puts the former settings
/// back; so does an end of the process by exit, SIGTERM or SIGHUP. After a SIGKILL the journal is what is left.
/// </summary>
internal sealed class KsmTemporarySettings : IDisposable
{
    private readonly KernelTree _kernel;
    private readonly KsmConfigurationStore _store;
    private readonly CommandLock _lock;
    private readonly ProcessEnd _end;
    private readonly Lock _gate = new();
    private readonly string _command;
    private readonly bool _unmerges;
    private KsmOwnChanges? _own;
    private bool _over;

    private KsmTemporarySettings(
        KernelTree kernel, KsmConfigurationStore store, CommandLock taken, string command, KsmConfiguration former, bool unmerges, KsmOwnChanges? own)
    {
        _kernel = kernel;
        _store = store;
        _lock = taken;
        _command = command;
        _unmerges = unmerges;
        _own = own;
        Former = former;
        _end = new ProcessEnd(Dispose);
    }

    /// <summary>The settings that will be put back. Change a knob here to keep a new value of it.</summary>
    public KsmConfiguration Former { get; }

    /// <summary>What was changed so far, of a while from <see cref="BeginOwn"/>.</summary>
    internal KsmOwnChanges Own => _own ?? KsmOwnChanges.None;

    /// <summary>Takes the lock and writes the journal. A journal that a killed command left stays in force: its settings are the former ones.</summary>
    /// <param name="kernel">The kernel's files.</param>
    /// <param name="command">The command, for the lock and the journal.</param>
    /// <param name="unmerges">
    /// Whether putting back begins with unmerging the whole host. That is for a while that begins with nothing merged, and merges: what is merged at its end is its own doing,
    /// and <c>max_page_sharing</c> cannot be put back before.
    /// </param>
    /// <exception cref="KsmToolsException"><see cref="ErrorReason.KsmNotSupported"/>, <see cref="ErrorReason.AccessDenied"/>, <see cref="ErrorReason.KnobBusy"/> when another command holds the lock.</exception>
    public static KsmTemporarySettings Begin(KernelTree kernel, string command, bool unmerges = false) => Begin(kernel, command, unmerges, readOwn: null);

    /// <summary>
    /// Begins a while in which others may change settings too, past the lock: only what was changed here is put back, knob by knob, and of that only
    /// what nobody has changed since.
    /// </summary>
    /// <param name="kernel">The kernel's files.</param>
    /// <param name="command">The command, for the lock and the journal.</param>
    /// <param name="readOwn">What was changed before, to be put back with the rest; called under the lock.</param>
    /// <exception cref="KsmToolsException">As <see cref="Begin(KernelTree, string, bool)"/>.</exception>
    internal static KsmTemporarySettings BeginOwn(KernelTree kernel, string command, Func<KsmOwnChanges> readOwn) => Begin(kernel, command, unmerges: false, readOwn);

    private static KsmTemporarySettings Begin(KernelTree kernel, string command, bool unmerges, Func<KsmOwnChanges>? readOwn)
    {
        ArgumentNullException.ThrowIfNull(kernel);
        var store = new KsmConfigurationStore(kernel);
        KsmConfiguration now = store.Read();
        kernel.RequireWritable(KsmFiles.Run);

        CommandLock taken = CommandLock.Take(kernel, CommandLock.Settings, command);
        try
        {
            KsmJournal? left = KsmJournal.Read(kernel);
            KsmOwnChanges? own = readOwn?.Invoke();
            if (own is not null && left is not null)
            {
                // A while of this kind may last for days; unmerging the host at its end is not what anybody expects of it.
                own = left.Unmerges ? throw KsmErrors.Interrupted(kernel.Locate(KsmFiles.Folder), left) : own.Adopt(left.Former, now);
            }

            KsmConfiguration former = own?.Former ?? left?.Former ?? now;
            unmerges |= left is { Unmerges: true };
            KsmJournal.Write(kernel, command, former, unmerges);
            return new KsmTemporarySettings(kernel, store, taken, command, former, unmerges, own);
        }
        catch
        {
            taken.Dispose();
            throw;
        }
    }

    /// <summary>Applies settings for the while.</summary>
    /// <param name="settings">The knobs to set; null leaves a knob alone.</param>
    /// <exception cref="KsmToolsException">As <see cref="KsmConfigurationStore.Apply"/>.</exception>
    public void Apply(KsmConfiguration settings)
    {
        // A signal may end the while at any moment; nothing is changed after that.
        lock (_gate)
        {
            if (!_over)
            {
                KsmOwnChanges? own = _own?.With(_store.Read(), settings);
                if (own is not null)
                {
                    KsmJournal.Write(_kernel, _command, own.Former, _unmerges);
                }

                _store.Apply(settings);
                _own = own;
            }
        }
    }

    /// <summary>Puts back what was changed here so far, in the middle of a while from <see cref="BeginOwn"/>.</summary>
    /// <exception cref="KsmToolsException">As <see cref="KsmConfigurationStore.Apply"/>.</exception>
    internal void TakeBack()
    {
        lock (_gate)
        {
            if (!_over)
            {
                _store.Apply(Own.Undo(_store.Read()));
                _own = KsmOwnChanges.None;
                KsmJournal.Write(_kernel, _command, new KsmConfiguration(), _unmerges);
            }
        }
    }

    /// <summary>Puts the former settings back and lets go of journal and lock. When putting back fails the journal stays.</summary>
    /// <exception cref="KsmToolsException"><see cref="ErrorReason.StateRestoreFailed"/>.</exception>
    public void Dispose()
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
                _store.PutBack(_own?.Undo(_store.Read()) ?? Former, _unmerges);
                KsmJournal.Delete(_kernel);
            }
            finally
            {
                _lock.Dispose();
                _end.Dispose();
            }
        }
    }
}
