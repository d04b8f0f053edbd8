using System.Runtime.InteropServices;
using KsmTools.Errors;

namespace KsmTools.Files;

/// <summary>Puts something back when the process ends by exit, SIGTERM or SIGHUP before that was done in the ordinary way.</summary>
internal sealed class ProcessEnd : IDisposable
{
    private readonly Action _putBack;
    private readonly PosixSignalRegistration[] _signals;

    /// <param name="putBack">What to do; what it throws nobody hears.</param>
    public ProcessEnd(Action putBack)
    {
        _putBack = putBack;
        AppDomain.CurrentDomain.ProcessExit += OnProcessExit;

        // .NET does not raise ProcessExit for these: the default action of the signal follows once the handler returns.
        _signals = [PosixSignalRegistration.Create(PosixSignal.SIGTERM, OnSignal), PosixSignalRegistration.Create(PosixSignal.SIGHUP, OnSignal)];
    }

    public void Dispose()
    {
        AppDomain.CurrentDomain.ProcessExit -= OnProcessExit;
        Array.ForEach(_signals, signal => signal.Dispose());
    }

    private void OnProcessExit(object? sender, EventArgs e) => PutBack();

    private void OnSignal(PosixSignalContext context) => PutBack();

    private void PutBack()
    {
        try
        {
            _putBack();
        }
        catch (KsmToolsException)
        {
            // The process is ending and nobody listens; what is on record stays for the next command.
        }
    }
}
