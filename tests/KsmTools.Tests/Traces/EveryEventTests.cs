using KsmTools.Records;
using KsmTools.Tests.KsmEvents;
using KsmTools.Tests.RingBuffer;
using KsmTools.Tests.Support;
using KsmTools.Tests.TraceDat;
using KsmTools.Tracing;
using KsmTools.Tracing.KsmEvents;
using KsmTools.Tracing.Reading;

namespace KsmTools.Tests.Traces;

/// <summary>Every event of a recording is read, or counted as not wanted, whatever is wanted.</summary>
public sealed class EveryEventTests
{
    public static TheoryData<string> Recordings() => ReportTests.Files();

    [Theory]
    [MemberData(nameof(Recordings))]
    public void Of_a_trace_dat_file_there_are_as_many_as_trace_cmd_prints(string name)
    {
        Needs.Program("trace-cmd");
        using var folder = new TemporaryFolder();
        string text = TraceCommand.Report(Captures.Data(name));
        string report = folder.Write("report.txt", text);
        long lines = text.Split('\n').LongCount(line => line.Contains("] ", StringComparison.Ordinal));
        Assert.InRange(lines, 12, long.MaxValue);
        foreach (string file in (string[])[Captures.Data(name), report])
        {
            Assert.Equal((lines, lines), (Count(TraceReaders.OpenWalks(file)), Count(TraceReaders.OpenKsm(file))));
        }
    }

    [Theory]
    [InlineData("6.12-native/ksm")]
    [InlineData("6.12-kprobe/anon")]
    [InlineData("6.12-fprobe/file")]
    public void Of_a_perf_data_file_there_are_as_many_as_perf_printed(string name)
    {
        string script = Captures.Data(name + ".perf.script.txt");
        using var folder = new TemporaryFolder();
        string data = Path.Combine(folder.Path, "perf.data");
        File.WriteAllBytes(data, TraceHelp.Unpacked(Captures.Data(name + ".perf.data.gz")));
        long lines = File.ReadLines(script).LongCount(line => line.Contains(": ", StringComparison.Ordinal));
        foreach (string file in (string[])[data, script])
        {
            Assert.Equal((lines, lines), (Count(TraceReaders.OpenWalks(file)), Count(TraceReaders.OpenKsm(file))));
        }
    }

    [Fact]
    public void KSMs_events_of_a_file_are_those_of_the_report()
    {
        string file = Captures.Data("6.12-native/ksm.dat");
        List<KsmEvent> events = KsmEventHelp.Read(TraceReaders.OpenKsm(file), out ITraceReader reader);
        List<KsmEvent> report = KsmEventHelp.Read(TraceReaders.OpenKsm(file + ".report.all.txt.gz"), out ITraceReader text);
        Assert.Null(reader.Failure);
        Assert.Equal((0, 0), (reader.UnreadableEvents, text.UnreadableEvents));
        Assert.Equal(20_000, events.Count(item => item is { Kind: KsmEventKind.MergeWithKsmPage, Error: 0 }));
        Assert.Equal(21_515, events.Count);
        KsmEventHelp.AssertSame(report, events);
        Assert.Equal(reader.OtherEvents, text.OtherEvents);
    }

    [Theory]
    [InlineData("ksm.v6.none.dat.gz")]
    [InlineData("ksm.v7.none.dat.gz")]
    public void Every_version_of_a_file_holds_the_same_of_KSMs_events(string name)
    {
        using var folder = new TemporaryFolder();
        string path = Path.Combine(folder.Path, "trace.dat");
        File.WriteAllBytes(path, TraceHelp.Unpacked(Captures.Data("trace-dat-versions/" + name)));
        List<KsmEvent> events = KsmEventHelp.Read(TraceReaders.OpenKsm(path), out _);
        Assert.Equal(KsmEventHelp.Read(TraceReaders.OpenKsm(Captures.Data("6.12-native/ksm.dat")), out _).Select(Key), events.Select(Key));

        static string Key(KsmEvent item) => $"{item.TimestampNanoseconds} {KsmEventHelp.Same(item)} {item.RmapItem} {item.Mm} {item.KsmPage}";
    }

    /// <summary>Events that were wanted and read, those that were not wanted, and those that could not be read.</summary>
    internal static long Count(ITraceReader opened, bool withStacks = true)
    {
        long count = 0;
        using ITraceReader reader = opened;
        while (reader.Read(out ReadOnlySpan<TraceRecord> records, CancellationToken.None))
        {
            foreach (ref readonly TraceRecord record in records)
            {
                count += record.Kind == TraceRecordKind.Lost || (record.Kind == TraceRecordKind.Stack && !withStacks) ? 0 : 1;
            }
        }

        return count + reader.OtherEvents + reader.UnreadableEvents;
    }
}
