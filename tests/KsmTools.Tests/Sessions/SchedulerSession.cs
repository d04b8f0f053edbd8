using KsmTools.Files;
using KsmTools.Tracing.Sessions;

namespace KsmTools.Tests.Sessions;

/// <summary>A session of the running kernel that sees the scheduler at work: events come by themselves, on every kernel with tracing.</summary>
internal sealed class SchedulerSession : IDisposable
{
    public const string Name = "ksmtools-test-save";

    private readonly TraceSessions _sessions = new(new KernelTree("/"));

    public SchedulerSession(string filter = "prev_pid >= 0", SessionKind kind = SessionKind.Rmap, long? bufferSize = null) => Session = _sessions.Start(
        new TraceSessionRequest { Name = Name, Kind = kind, Command = "test", BufferSize = bufferSize },
        null,
        (_, _) => new TraceSessionSetup { Events = [("sched/sched_switch", filter)] });

    public TraceSession Session { get; }

    /// <summary>Events that were taken out of the buffers.</summary>
    public long Read => Session.Statistics().Sum(cpu => cpu.Read);

    /// <summary>Events in the buffers.</summary>
    public long Entries => Session.Statistics().Sum(cpu => cpu.Entries);

    /// <summary>Makes threads take turns.</summary>
    public static void Work(int milliseconds)
    {
        long until = Environment.TickCount64 + milliseconds;
        while (Environment.TickCount64 < until)
        {
            Thread.Sleep(1);
        }
    }

    public void Dispose() => _sessions.Remove(Session, "test");
}
