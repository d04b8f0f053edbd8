using System.Runtime.InteropServices;
using KsmTools.Errors;
using KsmTools.Files;

namespace KsmTools.Ksm;

/// <summary>
/// Settings changed for a while. Holds the lock and the journal from the start until <see cref="Dispose"/>, which puts the former settings
/// back; so does an end of the process by exit, SIGTERM or SIGHUP. After a SIGKILL the journal is what is left.
/// </summary>
public sealed class KsmTemporarySettings : IDisposable
{
    private readonly KernelTree _kernel;
    private readonly KsmConfigurationStore _store;
    private readonly KsmLock _lock;
    private readonly PosixSignalRegistration[] _signals;
    private readonly Lock _gate = new();
    private bool _over;

    private KsmTemporarySettings(KernelTree kernel, KsmConfigurationStore store, KsmLock taken, KsmConfiguration former)
    {
        _kernel = kernel;
        _store = store;
        _lock = taken;
        Former = former;
        AppDomain.CurrentDomain.ProcessExit += OnProcessExit;

        // .NET does not raise ProcessExit for these: the default action of the signal follows once the handler returns.
        _signals = [PosixSignalRegistration.Create(PosixSignal.SIGTERM, OnSignal), PosixSignalRegistration.Create(PosixSignal.SIGHUP, OnSignal)];
    }

    /// <summary>The settings that will be put back. Change a knob here to keep a new value of it.</summary>
    public KsmConfiguration Former { get; }

    /// <summary>Takes the lock and writes the journal. A journal that a killed command left stays in force: its settings are the former ones.</summary>
    /// <param name="kernel">The kernel's files.</param>
    /// <param name="command">The command, for the lock and the journal.</param>
    /// <exception cref="KsmToolsException"><see cref="ErrorReason.KsmNotSupported"/>, <see cref="ErrorReason.AccessDenied"/>, <see cref="ErrorReason.KnobBusy"/> when another command holds the lock.</exception>
    public static KsmTemporarySettings Begin(KernelTree kernel, string command)
    {
        ArgumentNullException.ThrowIfNull(kernel);
        var store = new KsmConfigurationStore(kernel);
        KsmConfiguration now = store.Read();
        if (!kernel.IsWritable(KsmFiles.Run))
        {
            throw KernelErrors.ForFile(Interop.FileCalls.LastError, kernel.Locate(KsmFiles.Run), "write");
        }

        KsmLock taken = KsmLock.Take(kernel, command);
        try
        {
            KsmConfiguration former = KsmJournal.Read(kernel)?.Former ?? now;
            KsmJournal.Write(kernel, command, former);
            return new KsmTemporarySettings(kernel, store, taken, former);
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
                _store.Apply(settings);
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
            AppDomain.CurrentDomain.ProcessExit -= OnProcessExit;
            try
            {
                _store.PutBack(Former);
                KsmJournal.Delete(_kernel);
            }
            finally
            {
                _lock.Dispose();
                Array.ForEach(_signals, signal => signal.Dispose());
            }
        }
    }

    private void OnProcessExit(object? sender, EventArgs e) => PutBackAtEnd();

    private void OnSignal(PosixSignalContext context) => PutBackAtEnd();

    private void PutBackAtEnd()
    {
        try
        {
            Dispose();
        }
        catch (KsmToolsException)
        {
            // The process is ending and nobody listens; the journal stays for Restore-KsmConfiguration.
        }
    }
}
