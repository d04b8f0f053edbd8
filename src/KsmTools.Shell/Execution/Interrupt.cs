using System.Runtime.InteropServices;

namespace KsmTools.Shell.Execution;

/// <summary>Ctrl-C (SIGINT) stops what runs and leaves the process alive, so that finally blocks and Dispose run.</summary>
internal sealed class Interrupt : IDisposable
{
    private readonly PosixSignalRegistration _registration;

    public Interrupt(Action stop)
    {
        _registration = PosixSignalRegistration.Create(PosixSignal.SIGINT, context =>
        {
            context.Cancel = true;
            Happened = true;
            stop();
        });
    }

    /// <summary>Whether Ctrl-C was pressed since the last <see cref="Reset"/>.</summary>
    public bool Happened { get; private set; }

    public void Reset() => Happened = false;

    public void Dispose() => _registration.Dispose();
}
