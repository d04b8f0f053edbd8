using System.Globalization;
using KsmTools.Files;

namespace KsmTools.Tracing.Sessions;

/// <summary>A session that a measurement makes for itself, stopped at first, which is gone when the measurement is over and whatever the process ends in.</summary>
internal sealed class TemporarySession : IDisposable
{
    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(10);
    private static int _count;

    private readonly TraceSessions _sessions;
    private readonly ActingCommand _remover;
    private readonly ProcessEnd _end;
    private readonly Lock _gate = new();
    private IDisposable? _reader;
    private bool _over;

    private TemporarySession(TraceSessions sessions, TraceSession session, ActingCommand remover, ProcessEnd end)
    {
        _sessions = sessions;
        Session = session;
        _remover = remover;
        _end = end;
    }

    /// <summary>The session.</summary>
    public TraceSession Session { get; }

    /// <summary>Makes the session, stopped.</summary>
    /// <param name="kernel">The kernel's files.</param>
    /// <param name="purpose">What it is for, in its name.</param>
    /// <param name="bufferSize">Bytes of each CPU's buffer.</param>
    /// <param name="wanted">The events.</param>
    /// <param name="command">The command that makes it.</param>
    /// <exception cref="Errors.KsmToolsException">It cannot be made; the kernel is as it was.</exception>
    public static TemporarySession Start(KernelTree kernel, string purpose, long bufferSize, RmapTraceRequest wanted, ActingCommand command)
    {
        var request = new TraceSessionRequest
        {
            Name = string.Create(CultureInfo.InvariantCulture, $"ksmtools-{purpose}-{Environment.ProcessId}-{Interlocked.Increment(ref _count)}"),
            Command = command.LockTimeout > LongestWait ? command : command with { LockTimeout = LongestWait },
            IsTemporary = true,
            BufferSize = bufferSize,
        };
        var sessions = new TraceSessions(kernel);

        // Whoever makes a session meanwhile is soon done, and nobody is to be told of that, least of all on the thread of a signal.
        ActingCommand remover = new(command.Name) { LockTimeout = LongestWait };
        new TraceLeftovers(kernel).Remove(command.Name, remover);

        // Whatever the process ends in, it finds the session: by its name until there is an object for it.
        TemporarySession? temporary = null;
        var end = new ProcessEnd(() =>
        {
            if (temporary is not null)
            {
                temporary.Dispose();
            }
            else
            {
                sessions.RemoveIfThere(request.Name, remover);
            }
        });
        try
        {
            TraceSession session = new RmapTraces(kernel).Start(request, wanted);
            temporary = new TemporarySession(sessions, session, remover, end);
            session.Switch(on: false);
            return temporary;
        }
        catch
        {
            temporary?.Dispose();
            end.Dispose();
            throw;
        }
    }

    /// <summary>Opens the buffers: what is open keeps a session from being removed, and is closed with it.</summary>
    /// <typeparam name="TReader">What reads them.</typeparam>
    /// <param name="open">Opens them for a command.</param>
    public TReader Open<TReader>(Func<TraceSession, ActingCommand, TReader> open)
        where TReader : IDisposable
    {
        using ProcessEnd.Change change = ProcessEnd.Begin();
        TReader reader = open(Session, _remover.Name);
        _reader = reader;
        return reader;
    }

    public void Dispose()
    {
        using ProcessEnd.Change change = ProcessEnd.Begin();
        lock (_gate)
        {
            if (_over)
            {
                return;
            }

            _over = true;
            _reader?.Dispose();
            try
            {
                _sessions.Remove(Session, _remover);
            }
            finally
            {
                Session.Hold?.Dispose();
                _end.Dispose();
            }
        }
    }
}
