using KsmTools.Rmap;
using KsmTools.Tests.RingBuffer;
using KsmTools.Tests.Support;
using KsmTools.Tracing.Reading;
using KsmTools.Tracing.TraceDat.Writing;

namespace KsmTools.Tests.TraceDat;

/// <summary>Real sub-buffers written to a trace.dat file hold the same events for this module and for trace-cmd.</summary>
public sealed class WrittenFileTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public static TheoryData<string, string> Kernels() => RawCaptureTests.Kernels();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [MemberData(nameof(Kernels))]
    public void Events_are_those_of_the_sub_buffers(string folder, string name)
    {
        Assert.SkipUnless(BitConverter.IsLittleEndian, "the captures are little-endian, and what is recorded has the machine's order");
        (List<RmapEvent> raw, _, _) = Captures.Raw(folder, name, Captures.Read);
        (List<RmapEvent> events, long lost, ITraceReader reader) = Captures.ReadFile(Write(folder, (0, name)));
        Assert.Null(reader.Failure);
        Assert.Equal((0, TraceFormat.TraceDat), (lost, reader.Format));
        Assert.NotEmpty(events);
        Assert.Equal(raw.Select(Key), events.Select(Key));
    }

    [Theory]
    [MemberData(nameof(Kernels))]
    public void The_installed_trace_cmd_prints_the_same(string folder, string name)
    {
        Needs.Program("trace-cmd");
        (List<RmapEvent> raw, _, _) = Captures.Raw(folder, name, Captures.Read);
        ReportTests.AssertSame(Reported(Write(folder, (0, name)), out _), raw);
    }

    [Fact]
    public void Every_cpu_has_its_own_events()
    {
        string path = Write("6.12-native", (0, "ksm"), (1, null), (5, "mixed"), (7, "anon"));
        (List<RmapEvent> events, _, ITraceReader reader) = Captures.ReadFile(path);
        Assert.Null(reader.Failure);
        foreach ((int cpu, string name) in ((int, string)[])[(0, "ksm"), (5, "mixed"), (7, "anon")])
        {
            (List<RmapEvent> raw, _, _) = Captures.Raw("6.12-native", name, Captures.Read);
            Assert.Equal(raw.Select(Key), events.Where(item => item.Cpu == cpu).Select(item => Key(item) with { Cpu = 0 }));
        }

        Needs.Program("trace-cmd");
        List<RmapEvent> report = Reported(path, out _);
        Assert.Equal(events.CountBy(item => item.Cpu).OrderBy(pair => pair.Key), report.CountBy(item => item.Cpu).OrderBy(pair => pair.Key));
    }

    [Fact]
    public void Lost_events_stay_known()
    {
        string path = Write("thp-locked", (0, "overrun"));
        (_, long lost, _) = Captures.ReadFile(path);
        Assert.Equal(828, lost);
        Needs.Program("trace-cmd");
        _ = Reported(path, out string report);
        Assert.Contains("[828 EVENTS DROPPED]", report, StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_without_events_is_a_whole_file()
    {
        string path = Write("6.12-native", (0, null), (1, null));
        (List<RmapEvent> events, _, ITraceReader reader) = Captures.ReadFile(path);
        Assert.Null(reader.Failure);
        Assert.Empty(events);
        Needs.Program("trace-cmd");
        Assert.DoesNotContain("rmap_walk", TraceCommand.Report(path, isQuiet: true), StringComparison.Ordinal);
    }

    [Fact]
    public void Trace_cmd_finds_every_section_and_option()
    {
        Needs.Program("trace-cmd");
        string dump = TraceCommand.Run(isQuiet: true, "dump", "-i", Write("6.12-kprobe", (0, "ksm")), "--all", "-v");
        foreach (string part in (string[])
            [
                "7\t[Version]", "none\t[Compression algorithm]", "\"headers\"", "\"ftrace events\"", "\"events format\"", "\"kallsyms\"", "\"printk\"", "\"command lines\"",
                "\"buffer flyrecord \"", "\"options\"", "\"strings\"", "Linux host 6.12 x86_64", "[Option TRACECLOCK", "KsmTools ", "[Option TRACEID", "entries: 1", "\"local\" [clock]", "4096 [Page size, bytes]",
            ])
        {
            Assert.Contains(part, dump, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData(16)]
    [InlineData(1 << 10)]
    public void A_full_disk_is_an_error_of_the_stream(int room)
    {
        TraceDatMetadata metadata = WrittenParts.Metadata("6.12-native");
        using var full = new MemoryStream(new byte[room]);
        Assert.Throws<NotSupportedException>(() => TraceDatOutput.Begin(full, metadata));
    }

    [Fact]
    public void Names_of_threads_are_gathered()
    {
        var commands = new SavedCommands("12 old\n7 a b: c\n"u8.ToArray());
        Assert.Equal("12 new\n100 last\n", System.Text.Encoding.UTF8.GetString(commands.Add("12 new\nrubbish\n9\n7 a b: c\n100 last"u8.ToArray()).Span));
        Assert.Equal("7 a b: c\n12 new\n100 last\n", System.Text.Encoding.UTF8.GetString(commands.ToText().Span));
    }

    private static (RmapEventKind Kind, long Time, int Cpu, int Thread, string Command, string Flags, object Contents) Key(RmapEvent item) =>
        (item.Kind, item.TimestampNanoseconds, item.Cpu, item.ThreadId, item.Command, item.Flags, (item.Folio, item.Rwc, item.PageType, item.Locked, item.Function, item.Caller, item.TimeUnit));

    private List<RmapEvent> Reported(string path, out string report)
    {
        report = TraceCommand.Report(path, isQuiet: true, "-t");
        return Captures.ReadFile(_folder.Write("report.txt", report)).Events;
    }

    private string Write(string folder, params (int Cpu, string? Name)[] cpus)
    {
        string path = Path.Combine(_folder.Path, "trace.dat");
        using RecordingFolder recording = WrittenParts.Make(path, folder, cpus);
        RecordingCompletion.Complete(recording, WrittenParts.End(folder, cpus));
        return path;
    }
}
