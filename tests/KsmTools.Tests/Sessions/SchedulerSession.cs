using KsmTools.Files;
using KsmTools.Tests.Support;
using KsmTools.Tracing.Sessions;

namespace KsmTools.Tests.Sessions;

/// <summary>A session of the running kernel that sees the scheduler at work: events come by themselves, on every kernel with tracing.</summary>
internal sealed class SchedulerSession : IDisposable
{
    public const string Name = "ksmtools-test-save";

    private readonly TraceSessions _sessions = new(new KernelTree("/"));

    public SchedulerSession(string filter = "prev_pid >= 0", SessionKind kind = SessionKind.Rmap, long? bufferSize = null) => Session = new TraceSessionMaker(new KernelTree("/")).Start(
        new TraceSessionRequest { Name = Name, Kind = kind, Command = "test", BufferSize = bufferSize },
        null,
        (_, _) => new TraceSessionSetup { Events = [("sched/sched_switch", filter)] });

    public TraceSession Session { get; }

    /// <summary>Events that were taken out of the buffers.</summary>
    public long Read => Session.Statistics().Sum(cpu => cpu.Read);

    /// <summary>Events in the buffers.</summary>
    public long Entries => Session.Statistics().Sum(cpu => cpu.Entries);

    /// <summary>Makes threads take turns, so many times at least.</summary>
    public static void Work(int turns)
    {
        int taken = 0;
        WorkUntil(() => taken++ == turns);
    }

    /// <summary>Makes threads take turns until something holds.</summary>
    public static void WorkUntil(Func<bool> holds) => Wait.Until(holds, "threads take turns for nothing");

    public void Dispose() => _sessions.Remove(Session, "test");
}
