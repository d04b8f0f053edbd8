using System.Diagnostics;
using System.Globalization;
using KsmTools.Files;
using KsmTools.Tracing.Sessions;
using KsmTools.Tracing.TraceDat.Writing;

namespace KsmTools.Benchmarks;

/// <summary>
/// Recording a busy session, every system call of a dd of single bytes, beside trace-cmd record of the same events in an instance of the same kind. What
/// counts is the CPU time, and that nothing is lost where trace-cmd loses nothing.
/// </summary>
internal static class RecordPeer
{
    private const string Name = "ksmtools-benchmark";
    private const string Peer = "trace-cmd record -B -d -k --compression none";
    private const int BufferKiB = 1408;
    private const int Writes = 1_000_000;
    private const int LongestSeconds = 15;
    private const int Runs = 3;

    public static void AddTo(PeerTable table, string folder)
    {
        string what = string.Create(CultureInfo.InvariantCulture, $"Save-RmapTrace, CPU time for {4 * Writes:N0} events as fast as they come, {BufferKiB} KiB a CPU");
        var kernel = new KernelTree("/");
        if (!Interop.CurrentUser.IsRoot || !kernel.Exists(TraceFs.Folder))
        {
            table.Add(what, Peer, "missing: root and tracefs", "", "", "less than the peer", null);
            return;
        }

        string file = Path.Combine(folder, "record.dat");
        Recorded ours = Best(load => InSession(kernel, load, session => InProcess(session, load, file), file));
        Recorded? whole = Measured.Manifest() is { } manifest && Shells.Ksmsh(manifest) is { } shell ? Best(load => InSession(kernel, load, session => InShell(session, load, shell, file), file)) : null;
        string missing = "missing: trace-cmd";
        Recorded? theirs = null;
        if (Measured.Find("trace-cmd") is not null)
        {
            try
            {
                theirs = Best(load => InSession(kernel, load, session => ByTraceCommand(session, load, file), file));
            }
            catch (InvalidOperationException failure)
            {
                missing = "trace-cmd cannot record here: " + failure.Message.ReplaceLineEndings(" ");
            }
        }

        Add(what, ours, hasGoal: true);
        if (whole is { } process)
        {
            Add("the same with the start of ksmsh", process, hasGoal: false);
        }

        void Add(string what, Recorded run, bool hasGoal)
        {
            double? ratio = theirs?.Cpu / run.Cpu;
            table.Add(
                what,
                Peer,
                theirs?.ToString() ?? missing,
                run.ToString(),
                ratio is { } value ? PeerTable.Ratio(value) : string.Empty,
                hasGoal ? "less than the peer, nothing lost where it loses nothing" : "shown only",
                ratio is null || !hasGoal ? null : ratio > 1 && (run.Lost == 0 || theirs!.Value.Lost > 0));
        }
    }

    private static Recorded Best(Func<Process, Recorded> record) => Enumerable.Range(0, Runs).Select(_ => WithLoad(record)).OrderBy(run => run.Lost > 0).ThenBy(run => run.Cpu).First();

    // It waits for a line, so that its id is known before it begins.
    private static Recorded WithLoad(Func<Process, Recorded> record)
    {
        string script = string.Create(CultureInfo.InvariantCulture, $"read -r; exec dd if=/dev/zero of=/dev/null bs=1 count={Writes}");
        using Process load = Process.Start(new ProcessStartInfo("bash", ["-c", script]) { RedirectStandardInput = true, RedirectStandardError = true })!;
        try
        {
            return record(load);
        }
        finally
        {
            load.Kill();
            load.WaitForExit();
        }
    }

    private static void Begin(Process load) => load.StandardInput.WriteLine();

    private static Recorded InSession(KernelTree kernel, Process load, Func<TraceSession, double> record, string file)
    {
        string filter = Filter(load);
        var sessions = new TraceSessions(kernel);
        TraceSession session = new TraceSessionMaker(kernel).Start(
            new TraceSessionRequest { Name = Name, Kind = SessionKind.Rmap, Command = "Benchmarks", BufferSize = BufferKiB << 10 },
            null,
            (_, _) => new TraceSessionSetup { Events = [("raw_syscalls/sys_enter", filter), ("raw_syscalls/sys_exit", filter)] });
        try
        {
            // trace-cmd empties the buffers before it begins; that makes the counts of what was lost 0 for it too.
            session.Clear();
            double cpu = record(session);
            session.Switch(on: false);
            return new Recorded(cpu, new FileInfo(file).Length, Lost(session));
        }
        finally
        {
            sessions.Remove(session, "Benchmarks");
        }
    }

    private static double InProcess(TraceSession session, Process load, string file)
    {
        double cpu = Environment.CpuUsage.TotalTime.TotalSeconds;
        using var stop = new CancellationTokenSource();
        using SessionRecording recording = SessionRecording.Open(session, file, replace: true, Name);
        var end = new Thread(() =>
        {
            Begin(load);
            load.WaitForExit();
            stop.Cancel();
        });
        end.Start();
        recording.Record(long.MaxValue, stop.Token);
        recording.Complete();
        end.Join();
        return Environment.CpuUsage.TotalTime.TotalSeconds - cpu;
    }

    // The load begins once the recorder waits for it, as it does for trace-cmd.
    private static double InShell(TraceSession session, Process load, string shell, string file)
    {
        string script = string.Create(CultureInfo.InvariantCulture, $"Save-RmapTrace '{file}' -Name {Name} -Timeout {LongestSeconds} -Force -WarningAction Ignore");
        Task<double> recording = Task.Run(() => Timed(shell, "-NoProfile", "-NonInteractive", "-Command", script));
        while (!recording.IsCompleted && session.Instance.ReadText("buffer_percent") == "0")
        {
            Thread.Sleep(1);
        }

        Begin(load);
        return recording.GetAwaiter().GetResult();
    }

    // Without -d and -k it needs the function tracer, which it only switches on and clears again; a kernel may refuse that to everybody.
    private static double ByTraceCommand(TraceSession session, Process load, string file)
    {
        string filter = Filter(load);
        string buffer = BufferKiB.ToString(CultureInfo.InvariantCulture);
        string go = file + ".go";
        File.Delete(go);
        Task begin = Task.Run(() =>
        {
            for (int tries = 0; tries < LongestSeconds * 100 && !File.Exists(go); tries++)
            {
                Thread.Sleep(10);
            }

            Begin(load);
        });
        string wait = string.Create(CultureInfo.InvariantCulture, $"touch '{go}'; tail --pid={load.Id} -f /dev/null");
        double cpu = Timed(
            "trace-cmd", "record", "-d", "-k", "-B", session.Instance.Name, "-e", "raw_syscalls:sys_enter", "-f", filter, "-e", "raw_syscalls:sys_exit", "-f", filter, "-b", buffer, "--compression", "none", "-o", file,
            "bash", "-c", wait);
        begin.Wait();
        return cpu;
    }

    private static string Filter(Process load) => string.Create(CultureInfo.InvariantCulture, $"common_pid == {load.Id}");

    private static long Lost(TraceSession session) => session.Statistics().Sum(cpu => cpu.Overrun + cpu.Dropped + cpu.CommitOverrun);

    // The CPU time of a program and of all that it starts and waits for: bash's own clock.
    private static double Timed(params string[] command)
    {
        string[] arguments = ["-c", "TIMEFORMAT='%U %S'; time \"$@\" 2>&1", "bash", .. command];
        var start = new ProcessStartInfo("bash", arguments) { RedirectStandardOutput = true, RedirectStandardError = true };
        using Process process = Process.Start(start)!;
        Task<string> errors = process.StandardError.ReadToEndAsync();
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return process.ExitCode == 0
            ? errors.Result.Trim().Split('\n')[^1].Split(' ').Sum(number => double.Parse(number, CultureInfo.InvariantCulture))
            : throw new InvalidOperationException(output);
    }

    private readonly record struct Recorded(double Cpu, long Bytes, long Lost)
    {
        public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Cpu:0.00} s, {Lost:N0} lost ({Bytes >> 20} MiB)");
    }
}
