using KsmTools.Errors;
using KsmTools.Records;
using KsmTools.Rmap;
using KsmTools.Tests.RingBuffer;
using KsmTools.Tests.Support;
using KsmTools.Tracing;
using KsmTools.Tracing.PerfData;
using KsmTools.Tracing.Reading;

namespace KsmTools.Tests.PerfData;

/// <summary>perf's traces in the commands, and from a pipe.</summary>
public sealed class PerfCommandTests : IDisposable
{
    private readonly ModuleHost _host = new();
    private readonly TemporaryFolder _folder = new();

    [Fact]
    public void All_formats_in_one_measurement()
    {
        string data = Path.Combine(_folder.Path, "perf.data");
        File.WriteAllBytes(data, RecordingTests.Recording("6.12-native/ksm"));
        File.WriteAllBytes(data + ".pipe", PerfDataFiles.AsPipe(RecordingTests.Recording("6.12-native/ksm")));
        string text = Captures.Data("6.12-native/ksm.perf.script.ns.txt");
        RmapWalkStatistics once = Assert.Single(_host.Run($"Measure-RmapWalk '{data}'").All<RmapWalkStatistics>());
        RmapWalkStatistics all = Assert.Single(_host.Run($"Measure-RmapWalk '{data}', '{data}.pipe', '{text}'").All<RmapWalkStatistics>());
        Assert.Equal((6, 18), (once.Count, all.Count));
        Assert.Equal(
            (once.MinimumNanoseconds, once.MaximumNanoseconds, once.TotalNanoseconds * 3), (all.MinimumNanoseconds, all.MaximumNanoseconds, all.TotalNanoseconds));
        Assert.Equal(12, _host.Run($"Import-RmapTrace '{data}' -Format PerfData").Output.Count);
        Assert.Equal(6, _host.Run($"Import-RmapTrace '{text}' -Format PerfScript -AsWalk").Output.Count);
    }

    [Fact]
    public void A_cut_recording_gives_what_is_whole_and_then_an_error()
    {
        string path = Path.Combine(_folder.Path, "perf.data");
        byte[] pipe = PerfDataFiles.Small(false).Pipe();
        File.WriteAllBytes(path, pipe[..^20]);
        ModuleResult result = _host.Run($"Import-RmapTrace '{path}'");
        Assert.Equal(23, result.Output.Count);
        result.Error(ErrorReason.TraceTruncated);
    }

    [Fact]
    public void Losses_are_warned_of()
    {
        string path = Path.Combine(_folder.Path, "perf.data");
        PerfDataWriter writer = PerfDataFiles.Small(false);
        writer.ReadFormat = PerfReadFormat.Lost;
        File.WriteAllBytes(path, writer.LostSampleCount(1, 828, 100).File());
        Assert.Contains("828", Assert.Single(_host.Run($"Measure-RmapWalk '{path}'").Warnings), StringComparison.Ordinal);
    }

    [Fact]
    public void A_pipe_gives_each_round_as_it_ends_and_is_not_waited_for_by_who_stops()
    {
        string pipe = Path.Combine(_folder.Path, "pipe");
        using (System.Diagnostics.Process make = System.Diagnostics.Process.Start("mkfifo", pipe))
        {
            make.WaitForExit();
        }

        using var writer = new FileStream(pipe, FileMode.Open, FileAccess.ReadWrite);
        writer.Write(PerfDataFiles.Small(true).Pipe());
        writer.Flush();
        using ITraceReader reader = TraceReaders.OpenWalks(pipe, TraceFormat.PerfData);
        int count = 0;

        // Of the last round what is later than the round before waits for another mark.
        while (count < 22)
        {
            Assert.True(reader.Read(out ReadOnlySpan<TraceRecord> records, TestContext.Current.CancellationToken));
            count += records.Length;
        }

        Assert.Equal(22, count);
        using var stop = new CancellationTokenSource(100);
        Assert.Throws<OperationCanceledException>(() => reader.Read(out _, stop.Token));
        writer.Write("x\n"u8);
    }

    public void Dispose()
    {
        _host.Dispose();
        _folder.Dispose();
    }
}
