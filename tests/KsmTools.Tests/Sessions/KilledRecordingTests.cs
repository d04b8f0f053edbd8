using System.Diagnostics;
using KsmTools.Errors;
using KsmTools.Interop;
using KsmTools.Tests.Support;
using KsmTools.Tests.TraceDat;

namespace KsmTools.Tests.Sessions;

/// <summary>Recordings of the running kernel that are killed, or have no space.</summary>
public sealed class KilledRecordingTests : IDisposable
{
    private const string Save = "Save-RmapTrace -Name " + SystemCallSession.Name;
    private const int SubBufferSize = 4096;

    // An event of raw_syscalls takes 48 bytes and more.
    private const int EventsOfSubBuffer = SubBufferSize / 48;

    private readonly TemporaryFolder _folder = new();
    private readonly ModuleHost _host;

    public KilledRecordingTests()
    {
        Needs.Tracing();
        Needs.Program("trace-cmd");
        _host = new ModuleHost();
    }

    private string Target => Path.Combine(_folder.Path, "trace.dat");

    private string Place => Target + ".recording";

    public void Dispose()
    {
        _host?.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public void After_SIGKILL_all_is_there_but_a_sub_buffer_of_each_CPU()
    {
        using var calls = new SystemCallSession(writes: 100_000);
        using Process recorder = RecordUntilItHas(calls, 2 << 20);
        recorder.Kill();
        Wait.Ended(recorder);
        long read = calls.Session.Statistics().Sum(cpu => cpu.Read);
        Assert.False(File.Exists(Target));

        FileInfo file = _host.Run($"{Save} '{Target}' -Recover -PassThru".Replace("-Name " + SystemCallSession.Name, string.Empty, StringComparison.Ordinal)).Single<FileInfo>();
        Assert.Equal(Target, file.FullName);
        Assert.Equal([Target], Directory.GetFileSystemEntries(_folder.Path));
        string report = TraceCommand.Report(Target, isQuiet: true);
        Assert.InRange(Events(report), read - (EventsOfSubBuffer * Environment.ProcessorCount), read);
        Assert.DoesNotContain("<...>", report, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("TERM")]
    [InlineData("HUP")]
    public void A_signal_to_end_makes_it_a_file(string signal)
    {
        using var calls = new SystemCallSession(writes: 100_000);
        using Process recorder = RecordUntilItHas(calls, 1 << 20);
        using (Process kill = Process.Start("kill", [$"-{signal}", $"{recorder.Id}"]))
        {
            kill.WaitForExit();
        }

        Wait.Ended(recorder);
        Assert.NotEqual(0, recorder.ExitCode);
        Assert.Equal([Target], Directory.GetFileSystemEntries(_folder.Path));
        Assert.Equal(calls.Session.Statistics().Sum(cpu => cpu.Read), Events(TraceCommand.Report(Target, isQuiet: true)));
    }

    [Fact]
    public void A_disk_that_fills_ends_the_recording_and_loses_nothing()
    {
        using var calls = new SystemCallSession(writes: 100_000);
        using var disk = new SmallDisk("12m");
        string target = Path.Combine(disk.Path, "trace.dat");
        calls.Work();
        calls.Session.Switch(on: false);
        long before = calls.Session.Statistics().Sum(cpu => cpu.Entries);
        System.Management.Automation.ErrorRecord error = _host.Run($"{Save} '{target}'").Error(ErrorReason.KernelIoError);
        Assert.Equal(Errno.ENOSPC, Assert.IsType<KsmToolsException>(error.Exception).Errno);
        Assert.Contains("ended early", error.Exception.Message, StringComparison.Ordinal);
        Assert.Equal([target], Directory.GetFileSystemEntries(disk.Path));

        // The kernel's symbols were kept only as long as there was space for them, too.
        Assert.InRange(disk.Free, 0, 2 << 20);
        string report = TraceCommand.Report(target, isQuiet: true);
        Assert.DoesNotContain("<...>", report, StringComparison.Ordinal);
        long saved = Events(report);
        Assert.InRange(saved, 50_000, before - 50_000);
        Assert.Equal(before, saved + calls.Session.Statistics().Sum(cpu => cpu.Entries));
    }

    [Fact]
    public void The_disk_needs_no_space_for_it_twice()
    {
        using var calls = new SystemCallSession(writes: 100_000);
        using var disk = new SmallDisk("32m");
        string target = Path.Combine(disk.Path, "trace.dat");
        calls.Work();
        calls.Session.Switch(on: false);
        long before = calls.Session.Statistics().Sum(cpu => cpu.Entries);
        Assert.InRange(before, 200_000, long.MaxValue);
        Assert.Empty(_host.Run($"{Save} '{target}'").Errors);
        Assert.Equal(before, Events(TraceCommand.Report(target, isQuiet: true)));
        Assert.InRange(disk.Free, 0, new FileInfo(target).Length - 1);
    }

    // ksmsh, recording what the program does, once so many bytes of it are on the disk.
    private Process RecordUntilItHas(SystemCallSession calls, long bytes)
    {
        Process recorder = RealShell.Start($"{Save} '{Target}' -Follow");
        var work = new Thread(calls.Work);
        Wait.Until(() => Directory.Exists(Place) && calls.Session.Instance.ReadText("buffer_percent") != "0", "following did not begin", recorder);
        work.Start();
        Wait.Until(() => Directory.GetFiles(Place, "cpu*").Sum(part => new FileInfo(part).Length) >= bytes, "nothing is recorded", recorder);
        return recorder;
    }

    private static long Events(string report) => report.Split('\n').LongCount(line => line.Contains(" sys_", StringComparison.Ordinal));
}
