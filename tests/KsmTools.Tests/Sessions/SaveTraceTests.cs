using System.Globalization;
using System.Text.RegularExpressions;
using KsmTools.Errors;
using KsmTools.Records;
using KsmTools.Tests.Support;
using KsmTools.Tests.TraceDat;
using KsmTools.Tracing;
using KsmTools.Tracing.Reading;
using KsmTools.Tracing.Sessions;
using KsmTools.Tracing.TraceDat.Writing;

namespace KsmTools.Tests.Sessions;

/// <summary>Sessions of the running kernel, saved.</summary>
public sealed partial class SaveTraceTests : IDisposable
{
    private const string Save = "Save-RmapTrace -Name " + SchedulerSession.Name;

    private readonly TemporaryFolder _folder = new();
    private readonly ModuleHost _host;

    public SaveTraceTests()
    {
        Needs.Tracing();
        _host = new ModuleHost();
    }

    private string Target => Path.Combine(_folder.Path, "trace.dat");

    public void Dispose()
    {
        _host?.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public void The_file_has_the_events_of_the_kernels_own_text()
    {
        Needs.Program("trace-cmd");
        using var running = new SchedulerSession();
        SchedulerSession.Work(300);
        running.Session.Switch(on: false);
        List<Line> text = Lines(running.Session.Instance.ReadText("trace")!);
        FileInfo file = _host.Run($"{Save} '{Target}' -PassThru").Single<FileInfo>();
        Assert.Equal(Target, file.FullName);
        Assert.True(text.Count > 100);
        Assert.Equal(text, Lines(TraceCommand.Report(Target, isQuiet: true)));
        Assert.Equal(0, running.Entries);
        Assert.Equal([Target], Directory.GetFileSystemEntries(_folder.Path));

        // Now there is nothing left, and that makes a file as well.
        Assert.Empty(_host.Run($"{Save} '{Target}' -Force").Errors);
        Assert.Empty(Lines(TraceCommand.Report(Target, isQuiet: true)));
    }

    [Fact]
    public void What_was_overwritten_before_is_said_as_the_kernel_counts_it()
    {
        using var running = new SchedulerSession(bufferSize: 8192);
        SchedulerSession.WorkUntil(() => Overrun() > 1500);
        running.Session.Switch(on: false);
        string warning = Assert.Single(_host.Run($"{Save} '{Target}'").Warnings);
        Assert.Contains(FormattableString.Invariant($"the kernel lost {Overrun()} events."), warning, StringComparison.Ordinal);

        // The next file has none of them any more.
        Assert.Empty(_host.Run($"{Save} '{Target}' -Force").Warnings);

        long Overrun() => running.Session.Statistics().Sum(cpu => cpu.Overrun);
    }

    [Fact]
    public void What_was_overwritten_since_somebody_read_is_said_as_the_file_has_it()
    {
        using var running = new SchedulerSession(bufferSize: 8192);
        SchedulerSession.WorkUntil(() => running.Entries > 100);
        Assert.Empty(_host.Run($"{Save} '{Target}'").Errors);
        long before = Overrun();
        SchedulerSession.WorkUntil(() => Overrun() - before > 500);
        running.Session.Switch(on: false);
        string warning = Assert.Single(_host.Run($"{Save} '{Target}' -Force").Warnings);
        var lost = new LostTally();
        using ITraceReader reader = TraceReaders.OpenWalks(Target);
        while (reader.Read(out ReadOnlySpan<TraceRecord> records, TestContext.Current.CancellationToken))
        {
            foreach (ref readonly TraceRecord record in records)
            {
                if (record.Kind == TraceRecordKind.Lost)
                {
                    lost.Add(record);
                }
            }
        }

        Assert.Contains(FormattableString.Invariant($"the kernel lost {lost.Events} events{(lost.IsLowerBound ? " or more" : ".")}"), warning, StringComparison.Ordinal);

        long Overrun() => running.Session.Statistics().Sum(cpu => cpu.Overrun);
    }

    [Theory]
    [InlineData(null)]
    [InlineData(64 << 10)]
    public void Following_loses_nothing(int? bufferSize)
    {
        Needs.Program("trace-cmd");
        using var running = new SchedulerSession(bufferSize: bufferSize);
        long before = running.Read;
        bool isSaved = false;
        var work = new Thread(() =>
        {
            while (!Volatile.Read(ref isSaved))
            {
                Thread.Sleep(1);
            }
        });
        work.Start();
        ModuleResult result = _host.Run($"{Save} '{Target}' -Timeout 1s");
        Volatile.Write(ref isSaved, true);
        work.Join();
        Assert.Empty(result.Errors);
        Assert.Empty(result.Warnings);
        List<Line> lines = Lines(TraceCommand.Report(Target, isQuiet: true));
        Assert.True(lines.Count > 500);
        Assert.Equal(running.Read - before, lines.Count);
        Assert.Equal("0", running.Session.Instance.ReadText("buffer_percent"));
    }

    [Fact]
    public void A_busy_session_fills_the_sub_buffers_of_its_file()
    {
        using var calls = new SystemCallSession(writes: 300_000);
        using var stop = new CancellationTokenSource();
        using SessionRecording recording = SessionRecording.Open(calls.Session, Target, replace: false, "test");
        var end = new Thread(() =>
        {
            calls.Work();
            stop.Cancel();
        });
        end.Start();
        recording.Record(long.MaxValue, stop.Token);
        end.Join();
        long events = calls.Session.Statistics().Sum(cpu => cpu.Read);
        Assert.InRange(events, 1_200_000, long.MaxValue);

        // They take 50 bytes each; sub-buffers that were taken when they had just been begun would make that 80 and more.
        Assert.InRange(recording.BytesTaken, 48 * events, 60 * events);
    }

    [Fact]
    public void What_was_recorded_until_it_is_stopped_is_a_whole_file()
    {
        Needs.Program("trace-cmd");
        using var running = new SchedulerSession();
        IAsyncResult pipeline = _host.Start($"{Save} '{Target}' -Follow", out System.Management.Automation.PowerShell shell);
        using (shell)
        {
            Wait.Until(() => pipeline.IsCompleted || running.Session.Instance.ReadText("buffer_percent") != "0", "following did not begin");
            long before = running.Read;
            SchedulerSession.WorkUntil(() => pipeline.IsCompleted || running.Read - before > 200);
            Assert.False(pipeline.IsCompleted);
            Assert.False(File.Exists(Target));
            shell.Stop();
        }

        Assert.True(Lines(TraceCommand.Report(Target, isQuiet: true)).Count > 100);
        Assert.Equal([Target], Directory.GetFileSystemEntries(_folder.Path));
        Assert.Equal("0", running.Session.Instance.ReadText("buffer_percent"));
    }

    [Fact]
    public void A_session_of_the_other_kind_is_saved_too()
    {
        using var running = new SchedulerSession(kind: SessionKind.Ksm);
        Assert.Empty(_host.Run($"{Save} '{Target}'").Errors);
        Assert.True(new FileInfo(Target).Length > 4096);
    }

    [Fact]
    public void Nothing_is_written_or_taken_under_WhatIf()
    {
        using var running = new SchedulerSession();
        SchedulerSession.Work(50);
        running.Session.Switch(on: false);
        long before = running.Entries;
        Assert.Empty(_host.Run($"{Save} '{Target}' -Follow -WhatIf").Errors);
        Assert.Empty(Directory.GetFileSystemEntries(_folder.Path));
        Assert.True(before > 0);
        Assert.Equal(before, running.Entries);
    }

    [Fact]
    public void What_cannot_be_written_takes_nothing_out()
    {
        using var running = new SchedulerSession();
        SchedulerSession.Work(50);
        running.Session.Switch(on: false);
        long before = running.Entries;
        _folder.Write("trace.dat", "precious");
        Assert.Contains("-Force", _host.Run($"{Save} '{Target}'").Error(ErrorReason.KernelIoError).ErrorDetails.RecommendedAction, StringComparison.Ordinal);
        Assert.Equal("precious", File.ReadAllText(Target));
        _host.Run($"{Save} '{_folder.Path}' -Force").Error(ErrorReason.KernelIoError);
        _host.Run($"{Save} '/dev/null' -Force").Error(ErrorReason.KernelIoError);
        _host.Run($"{Save} '{_folder.Path}/missing/trace.dat'").Error(ErrorReason.KernelIoError);
        Assert.NotEmpty(_host.Run($"{Save} '/proc/trace.dat'").Errors);
        _host.Run($"Save-RmapTrace -Name ksmtools-no-such '{Target}' -Force").Error(ErrorReason.TraceSessionNotFound);
        Assert.Equal([Target], Directory.GetFileSystemEntries(_folder.Path));
        Assert.True(before > 0);
        Assert.Equal(before, running.Entries);
    }

    [Fact]
    public void A_small_session_makes_a_small_file()
    {
        using var running = new SchedulerSession();
        SchedulerSession.Work(20);
        running.Session.Switch(on: false);
        Assert.Empty(_host.Run($"{Save} '{Target}'").Errors);
        Assert.InRange(new FileInfo(Target).Length, 4096, 200 << 10);
    }

    private static List<Line> Lines(string text) => [.. text.Split('\n')
        .Select(line => EventLine().Match(line))
        .Where(match => match.Success)
        .Select(match => new Line(
            int.Parse(match.Groups["thread"].Value, CultureInfo.InvariantCulture),
            int.Parse(match.Groups["cpu"].Value, CultureInfo.InvariantCulture),
            match.Groups["time"].Value,
            int.Parse(match.Groups["next"].Value, CultureInfo.InvariantCulture)))];

    // The kernel says next_pid=9, trace-cmd's plugin ==> name:9 [120].
    [GeneratedRegex(@"-(?<thread>\d+)\s+\[(?<cpu>\d+)\]\s+(\S{5}\s+)?(?<time>\d+\.\d{6}): sched_switch:.*==> .*(next_pid=|:)(?<next>\d+) (next_prio=|\[)")]
    private static partial Regex EventLine();

    private sealed record Line(int Thread, int Cpu, string Time, int Next);
}
