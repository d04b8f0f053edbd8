using System.Diagnostics;
using KsmTools.Errors;
using KsmTools.Files;
using KsmTools.Interop;
using KsmTools.Rmap;
using KsmTools.Tests.PerfData;
using KsmTools.Tests.Support;
using KsmTools.Tests.TraceDat;
using KsmTools.Tests.Traces;
using KsmTools.Tracing;
using KsmTools.Tracing.Sessions;
using KsmTools.Tracing.TraceDat.Writing;

namespace KsmTools.Tests.Sessions;

/// <summary>Real waits for locks of the running kernel, with call chains, in every format that they are recorded in.</summary>
public sealed class ContentionTests : IDisposable
{
    private const string Name = "ksmtools-test-waits";
    private const int Waits = 50;

    // Reader/writer and mutex locks only; ends do not say what was waited for.
    private const string Filter = "flags & 6 || flags & 32";

    private readonly ModuleHost _host = new();
    private readonly TemporaryFolder _folder = new();

    public void Dispose()
    {
        _host.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public void Waits_of_a_session_are_alike_in_text_and_saved_and_as_trace_cmd_prints_them()
    {
        Needs.Tracing();
        Assert.SkipUnless(RealTracing.HasContentionEvents(), "needs the contention events of Linux 5.19");
        var sessions = new TraceSessions(new KernelTree("/"));
        TraceSession session = new TraceSessionMaker(new KernelTree("/")).Start(
            new TraceSessionRequest { Name = Name, Kind = SessionKind.Rmap, Command = "test", BufferSize = 4 << 20 },
            null,
            (_, _) => new TraceSessionSetup { Events = [("lock/contention_begin", Filter), ("lock/contention_end", null)] });
        try
        {
            File.WriteAllText(session.Instance.Locate("events/lock/contention_begin/trigger"), "stacktrace");
            string text = _folder.Write("trace.txt", string.Empty);
            Contend(() =>
            {
                File.Copy(session.Instance.Locate("trace"), text, overwrite: true);
                return Read(text).Count >= Waits;
            });
            File.WriteAllText(session.Instance.Locate("tracing_on"), "0");
            File.Copy(session.Instance.Locate("trace"), text, overwrite: true);
            string saved = Path.Combine(_folder.Path, "saved.dat");
            using (SessionRecording recording = SessionRecording.Open(session, saved, replace: false, "test"))
            {
                recording.Record(null, CancellationToken.None);
                recording.Complete();
            }

            IReadOnlyList<RmapWait> read = Read(saved);
            AssertSame(Read(text), read, hasAddresses: false);
            Assert.InRange(read.Count, Waits, int.MaxValue);
            Assert.All(read, wait => Assert.Contains(wait.Mode, new[] { RmapWaitMode.Read, RmapWaitMode.Write, RmapWaitMode.Mutex }));
            Assert.Contains(read, wait => wait.Stack is { Count: > 3 } && wait.Function is { } function && !function.StartsWith("rwsem_", StringComparison.Ordinal));

            // Without its options, of which the header says where they are; they say which CPU is which.
            byte[] bytes = File.ReadAllBytes(saved);
            string cut = Path.Combine(_folder.Path, "cut.dat");
            bytes.AsSpan(24, sizeof(long)).Clear();
            File.WriteAllBytes(cut, bytes);
            Assert.Equal(read.Select(WithoutCpu), Read(cut, ErrorReason.TraceTruncated).Select(WithoutCpu));
            if (Needs.HasProgram("trace-cmd"))
            {
                string report = _folder.Write("report.txt", TraceCommand.Report(saved, isQuiet: true));
                AssertSame(Read(report), read, hasAddresses: true);
                long lines = File.ReadLines(report).LongCount(line => line.Contains("] ", StringComparison.Ordinal));
                Assert.Equal((lines, lines, lines), (EveryEventTests.Count(TraceReaders.OpenWaits(report)), EveryEventTests.Count(TraceReaders.OpenWaits(saved)), EveryEventTests.Count(TraceReaders.OpenKsm(saved))));
                Assert.Equal(lines, EveryEventTests.Count(TraceReaders.OpenWalks(report)));
            }
        }
        finally
        {
            sessions.Remove(session, "test");
        }
    }

    [Fact]
    public void Waits_that_perf_recorded_are_as_perf_prints_them()
    {
        PerfProgram.Needs();
        string data = Path.Combine(_folder.Path, "perf.data");
        string begun = Path.Combine(_folder.Path, "begun"), over = Path.Combine(_folder.Path, "over");
        string wait = $"touch {begun}; until [ -e {over} ]; do sleep 0.1; done";
        using Process perf = Process.Start(PeerProgram.Command(
            "perf", "record", "-q", "-a", "-g", "-e", "lock:contention_begin", "--filter", Filter, "-e", "lock:contention_end", "-o", data, "--", "sh", "-c", wait))!;
        Wait.Until(() => perf.HasExited || File.Exists(begun), "perf does not record");
        long end = Stopwatch.GetTimestamp() + (Stopwatch.Frequency / 10);
        Contend(() => Stopwatch.GetTimestamp() > end);
        File.WriteAllText(over, string.Empty);
        perf.WaitForExit();
        Assert.SkipUnless(perf.ExitCode == 0, "needs a kernel that lets perf record contention: " + perf.StandardError.ReadToEnd());

        // perf names functions by this kernel's own list, and a recording has none.
        (_, string script, _) = PerfProgram.Run(null, "script", "--ns", "-F", "comm,tid,cpu,time,event,trace,ip", "-i", data);
        string text = _folder.Write("script.txt", script);
        IReadOnlyList<RmapWait> read = Read(data);
        AssertSame(Read(text), read, hasAddresses: true);
        Assert.InRange(read.Count(item => item.Stack is { Count: > 2 }), 1, int.MaxValue);
        long lines = script.Split('\n').LongCount(line => line.Contains("] ", StringComparison.Ordinal) && line[0] != '\t');
        Assert.Equal((lines, lines), (EveryEventTests.Count(TraceReaders.OpenWaits(data), withStacks: false), EveryEventTests.Count(TraceReaders.OpenWaits(text), withStacks: false)));
    }

    private IReadOnlyList<RmapWait> Read(string path, params ErrorReason[] errors)
    {
        ModuleResult result = _host.Run($"Import-RmapTrace '{path}' -AsWait");
        Assert.Equal(errors.Select(reason => $"{reason}"), result.Errors.Select(error => error.FullyQualifiedErrorId.Split(',')[0]));
        return [.. result.Output.Select(item => (RmapWait)item.BaseObject).OrderBy(wait => wait.ThreadId).ThenBy(wait => wait.StartNanoseconds)];
    }

    private static void AssertSame(IReadOnlyList<RmapWait> expected, IReadOnlyList<RmapWait> actual, bool hasAddresses)
    {
        Assert.Equal(expected.Count, actual.Count);

        // Text has whole microseconds.
        Assert.All(expected.Zip(actual), pair =>
        {
            Assert.Equal(Key(pair.First), Key(pair.Second));
            Assert.InRange(pair.First.StartNanoseconds - pair.Second.StartNanoseconds, -1000, 1000);
            Assert.InRange(pair.First.DurationNanoseconds - pair.Second.DurationNanoseconds, -2000, 2000);
        });

        string Key(RmapWait wait) =>
            $"{wait.ThreadId} {wait.Command} {wait.Cpu} {wait.EndCpu} {wait.Mode} {(hasAddresses ? wait.Lock : null):x} {wait.Function} {wait.Error} {(wait.Stack is null ? null : string.Join(' ', wait.Stack))}";
    }

    private static string WithoutCpu(RmapWait wait) => $"{wait.ThreadId} {wait.StartNanoseconds} {wait.DurationNanoseconds} {wait.Mode} {(wait.Stack is null ? null : string.Join(' ', wait.Stack))}";

    // Threads that change the same address space wait for one another.
    private static void Contend(Func<bool> isEnough)
    {
        bool isOver = false;
        Thread[] threads = [.. Enumerable.Range(0, 4).Select(_ => new Thread(() =>
        {
            while (!Volatile.Read(ref isOver))
            {
                nint address = MemoryCalls.Map(0, 1 << 16, MemoryCalls.Read | MemoryCalls.Write, MemoryCalls.Private | MemoryCalls.Anonymous, -1, 0);
                _ = MemoryCalls.Protect(address, 4096, MemoryCalls.Read);
                _ = MemoryCalls.Unmap(address, 1 << 16);
            }
        }))];
        Array.ForEach(threads, thread => thread.Start());
        try
        {
            Wait.Until(isEnough, "nobody waits for anybody");
        }
        finally
        {
            Volatile.Write(ref isOver, true);
            Array.ForEach(threads, thread => thread.Join());
        }
    }
}
