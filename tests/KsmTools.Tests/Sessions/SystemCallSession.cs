using System.Diagnostics;
using KsmTools.Files;
using KsmTools.Tests.Support;
using KsmTools.Tracing.Sessions;

namespace KsmTools.Tests.Sessions;

/// <summary>A session of a program's system calls, four events for each of its writes: as many as a test wants.</summary>
internal sealed class SystemCallSession : IDisposable
{
    public const string Name = "ksmtools-test-calls";

    private readonly Process _load;

    public SystemCallSession(int writes)
    {
        Assert.SkipUnless(RealTracing.HasSystemCallEvents(), "needs the events of system calls (CONFIG_FTRACE_SYSCALLS)");

        // It waits for a line, so that its id is known before it begins.
        _load = Process.Start(new ProcessStartInfo("bash", ["-c", $"read -r; exec dd if=/dev/zero of=/dev/null bs=1 count={writes}"]) { RedirectStandardInput = true, RedirectStandardError = true })!;
        string filter = $"common_pid == {_load.Id}";
        Session = new TraceSessionMaker(new KernelTree("/")).Start(
            new TraceSessionRequest { Name = Name, Kind = SessionKind.Rmap, Command = "test", BufferSize = 16 << 20 },
            null,
            (_, _) => new TraceSessionSetup { Events = [("raw_syscalls/sys_enter", filter), ("raw_syscalls/sys_exit", filter)] });
    }

    public TraceSession Session { get; }

    /// <summary>Lets the program work to its end.</summary>
    public void Work()
    {
        _load.StandardInput.WriteLine();
        _load.WaitForExit();
    }

    public void Dispose()
    {
        _load.Kill();
        _load.Dispose();
        new TraceSessions(new KernelTree("/")).Remove(Session, "test");
    }
}
