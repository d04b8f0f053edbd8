using KsmTools.Records;
using KsmTools.Rmap;
using KsmTools.Tests.RingBuffer;
using KsmTools.Tests.Support;
using KsmTools.Tests.Traces;
using KsmTools.Tracing.Reading;

namespace KsmTools.Tests.PerfData;

/// <summary>Real perf.data files, event by event as <c>perf script</c> printed them.</summary>
public sealed class RecordingTests
{
    public static TheoryData<string> Files()
    {
        var data = new TheoryData<string>();
        foreach (string folder in (string[])["6.12-native", "6.12-native-fixed", "6.12-kprobe", "6.12-fprobe", "6.12-module", "6.1-kprobe"])
        {
            foreach (string name in (string[])["ksm", "anon", "file"])
            {
                data.Add($"{folder}/{name}");
            }
        }

        return data;
    }

    [Theory]
    [MemberData(nameof(Files))]
    public void Events_are_those_that_perf_script_printed(string name)
    {
        (List<RmapEvent> printed, long lostText, ITraceReader text) = Captures.ReadFile(Captures.Data(name + ".perf.script.ns.txt"));
        (List<RmapEvent> events, long lost, ITraceReader reader) = Read(Recording(name));
        Assert.Null(reader.Failure);
        Assert.Equal((0L, TraceFormat.PerfData), (lost, reader.Format));
        Assert.Equal((0L, TraceFormat.PerfScript), (lostText, text.Format));
        AssertSame(printed, events);
        Assert.Equal(12, events.Count);
        Assert.All(events, item => Assert.Equal(5, item.Flags!.Length));
    }

    [Theory]
    [MemberData(nameof(Files))]
    public void Text_in_microseconds_has_the_same_events(string name)
    {
        (List<RmapEvent> exact, _, _) = Captures.ReadFile(Captures.Data(name + ".perf.script.ns.txt"));
        (List<RmapEvent> rounded, _, ITraceReader reader) = Captures.ReadFile(Captures.Data(name + ".perf.script.txt"));
        Assert.Equal(TraceFormat.PerfScript, reader.Format);
        Assert.Equal(exact.Select(item => item.TimestampNanoseconds / 1000 * 1000), rounded.Select(item => item.TimestampNanoseconds));
        Assert.Equal(exact.Select(WithoutTime), rounded.Select(WithoutTime));
    }

    [Theory]
    [MemberData(nameof(Files))]
    public void A_pipe_and_compression_change_nothing(string name)
    {
        byte[] file = Recording(name);
        (List<RmapEvent> expected, _, _) = Read(file);
        foreach (byte[] other in (byte[][])[
            PerfDataFiles.AsPipe(file), PerfDataFiles.AsCompressed(file, padded: false), PerfDataFiles.AsCompressed(file, padded: true)])
        {
            (List<RmapEvent> events, _, ITraceReader reader) = Read(other);
            Assert.Null(reader.Failure);
            AssertSame(expected, events);
        }
    }

    [Fact]
    public void What_is_packed_with_gzip_is_read_too()
    {
        (List<RmapEvent> events, _, ITraceReader reader) = Read(TraceHelp.Gzip(PerfDataFiles.AsPipe(Recording("6.12-native/ksm"))), TraceFormat.PerfData);
        Assert.Null(reader.Failure);
        Assert.Equal(12, events.Count);
        (List<RmapEvent> ofFile, _, ITraceReader other) = Read(TraceHelp.Gzip(Recording("6.12-native/ksm")), TraceFormat.Auto);
        Assert.Null(other.Failure);
        Assert.Equal(events.Select(item => item.TimestampNanoseconds), ofFile.Select(item => item.TimestampNanoseconds));
    }

    [Theory]
    [InlineData("6.12-native/ksm", RmapPageType.Ksm, 6)]
    [InlineData("6.12-kprobe/anon", RmapPageType.Anon, 6)]
    [InlineData("6.12-fprobe/file", RmapPageType.File, 6)]
    [InlineData("6.12-module/ksm", RmapPageType.Ksm, 6)]
    [InlineData("6.1-kprobe/file", RmapPageType.File, 6)]
    [InlineData("thp-locked/locked", RmapPageType.Anon, 513)]
    public void Walks_are_paired(string name, RmapPageType type, int count)
    {
        using var folder = new TemporaryFolder();
        string path = Path.Combine(folder.Path, "perf.data");
        File.WriteAllBytes(path, Recording(name));
        RmapWalkStatistics statistics = Assert.Single(TraceHelp.Measure(path));
        Assert.Equal((type, count, 0L, 0L, 0L), (statistics.PageType, statistics.Count, statistics.UnmatchedStarts, statistics.UnmatchedEnds, statistics.LostEvents));
    }

    [Fact]
    public void Locked_walks_are_those_that_perf_script_printed()
    {
        (List<RmapEvent> printed, _, _) = Captures.ReadFile(Captures.Data("thp-locked/locked.perf.script.txt.gz"));
        (List<RmapEvent> events, _, _) = Read(Recording("thp-locked/locked"));
        Assert.Equal(1026, events.Count);
        Assert.Equal(printed.Select(WithoutTime), events.Select(WithoutTime));
        Assert.Equal(printed.Select(item => item.TimestampNanoseconds), events.Select(item => item.TimestampNanoseconds / 1000 * 1000));
        Assert.All(events, item => Assert.True(item.Locked));
    }

    internal static byte[] Recording(string name) => TraceHelp.Unpacked(Captures.Data(name + ".perf.data.gz"));

    internal static (List<RmapEvent> Events, long Lost, ITraceReader Reader) Read(byte[] file, TraceFormat format = TraceFormat.Auto)
    {
        using var folder = new TemporaryFolder();
        string path = Path.Combine(folder.Path, "perf.data");
        File.WriteAllBytes(path, file);
        return Captures.ReadFile(path, format);
    }

    internal static void AssertSame(List<RmapEvent> expected, List<RmapEvent> events)
    {
        Assert.NotEmpty(events);
        Assert.Equal(expected.Select(item => item.TimestampNanoseconds), events.Select(item => item.TimestampNanoseconds));
        Assert.Equal(expected.Select(WithoutTime), events.Select(WithoutTime));
    }

    // perf script does not print the flags.
    private static object WithoutTime(RmapEvent item) =>
        (item.Kind, item.Cpu, item.ThreadId, item.Command, item.Folio, item.Rwc, item.PageType, item.Locked, item.Function, item.Caller);
}
