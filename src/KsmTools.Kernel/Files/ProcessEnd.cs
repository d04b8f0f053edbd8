using System.Diagnostics;
using System.Runtime.InteropServices;
using KsmTools.Errors;

namespace KsmTools.Files;

/// <summary>
/// Puts something back when the process ends by exit, SIGTERM or SIGHUP before that was done in the ordinary way. What is being changed at that moment is changed to its end first,
/// so that it can be put back, and nothing more is begun. SIGINT and SIGQUIT are the host's: PowerShell stops what runs, which puts it back in the ordinary way.
/// </summary>
internal sealed class ProcessEnd : IDisposable
{
    // Longer than any change takes, and shorter than what who ends the process waits before SIGKILL (90 s by systemd.service(5)).
    private static readonly TimeSpan LongestChange = TimeSpan.FromSeconds(20);

    // A host may handle the signal itself and live on.
    private static readonly TimeSpan LongestEnd = TimeSpan.FromSeconds(5);

    private static readonly ReaderWriterLockSlim Changes = new(LockRecursionPolicy.SupportsRecursion);
    private static readonly Lock Gate = new();
    private static readonly List<ProcessEnd> Open = [];
    private static PosixSignalRegistration[]? _signals;
    private static long? _endsSince;

    [ThreadStatic]
    private static bool _putsBack;

    private readonly Action _putBack;

    /// <param name="putBack">What to do; what it throws nobody hears.</param>
    public ProcessEnd(Action putBack)
    {
        _putBack = putBack;
        lock (Gate)
        {
            Open.Add(this);
        }

        Listen();
    }

    /// <summary>Begins a change of the kernel or of what is on record that is not to be left half done: until it is disposed the process does not end by a signal.</summary>
    /// <exception cref="OperationCanceledException">The process is ending.</exception>
    public static Change Begin()
    {
        Listen();
        Changes.EnterReadLock();
        if (!_putsBack && _endsSince is { } since && Stopwatch.GetElapsedTime(since) < LongestEnd)
        {
            Changes.ExitReadLock();
            throw new OperationCanceledException();
        }

        return default;
    }

    public void Dispose()
    {
        lock (Gate)
        {
            _ = Open.Remove(this);
        }
    }

    // .NET does not raise ProcessExit for these signals: the default action follows once the handler returns. The handlers stay for good, because a signal on its way while one is
    // taken away and another comes would find none. What nohup has the process ignore does not end it.
    private static void Listen()
    {
        lock (Gate)
        {
            if (_signals is null)
            {
                AppDomain.CurrentDomain.ProcessExit += OnProcessExit;
                _signals = [.. from signal in (PosixSignal[])[PosixSignal.SIGTERM, PosixSignal.SIGHUP]
                                where !IgnoredSignals.Contains(signal)
                                select PosixSignalRegistration.Create(signal, OnSignal)];
            }
        }
    }

    private static void OnProcessExit(object? sender, EventArgs e) => PutBackAll();

    private static void OnSignal(PosixSignalContext context) => PutBackAll();

    private static void PutBackAll()
    {
        _endsSince = Stopwatch.GetTimestamp();
        bool waited = !Changes.IsReadLockHeld && Changes.TryEnterWriteLock(LongestChange);
        _putsBack = true;
        try
        {
            ProcessEnd[] open;
            lock (Gate)
            {
                open = [.. Open];
            }

            // What came last may stand on what was there before it.
            foreach (ProcessEnd end in open.Reverse())
            {
                end.PutBack();
            }
        }
        finally
        {
            _putsBack = false;
            if (waited)
            {
                Changes.ExitWriteLock();
            }
        }
    }

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

    /// <summary>A change that is being made, by one thread.</summary>
    internal readonly struct Change : IDisposable
    {
        public void Dispose() => Changes.ExitReadLock();
    }
}
