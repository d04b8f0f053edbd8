using KsmTools.Rmap;
using KsmTools.Tests.RingBuffer;
using KsmTools.Tests.Support;
using KsmTools.Tests.Traces;
using KsmTools.Tracing.Reading;

namespace KsmTools.Tests.TraceDat;

/// <summary>Real trace.dat files, event by event as <c>trace-cmd report</c> printed them.</summary>
public sealed class ReportTests
{
    public static TheoryData<string> Files()
    {
        var data = new TheoryData<string>("thp-locked/locked.dat");
        foreach (string folder in (string[])["6.12-native", "6.12-native-fixed", "6.12-kprobe", "6.12-fprobe", "6.12-module", "6.1-kprobe"])
        {
            foreach (string name in (string[])["ksm", "anon", "file"])
            {
                data.Add($"{folder}/{name}.dat");
            }
        }

        return data;
    }

    [Theory]
    [MemberData(nameof(Files))]
    public void Events_are_those_of_the_report(string name)
    {
        (List<RmapEvent> report, _, _) = Captures.ReadFile(Captures.Data(name + ".report.txt.gz"));
        (List<RmapEvent> events, long lost, ITraceReader reader) = Captures.ReadFile(Captures.Data(name));
        Assert.Null(reader.Failure);
        Assert.Equal((0, TraceFormat.TraceDat), (lost, reader.Format));
        AssertSame(report, events);
    }

    [Theory]
    [InlineData("anon.v6.none.dat", "6.12-native/anon.dat")]
    [InlineData("anon.v7.none.dat", "6.12-native/anon.dat")]
    [InlineData("ksm.v6.none.dat.gz", "6.12-native/ksm.dat")]
    [InlineData("ksm.v7.none.dat.gz", "6.12-native/ksm.dat")]
    public void Every_version_holds_the_same_events(string name, string other)
    {
        using var folder = new TemporaryFolder();
        string path = Path.Combine(folder.Path, "trace.dat");
        File.WriteAllBytes(path, TraceHelp.Unpacked(Captures.Data("trace-dat-versions/" + name)));
        (List<RmapEvent> expected, _, _) = Captures.ReadFile(Captures.Data(other));
        (List<RmapEvent> events, _, ITraceReader reader) = Captures.ReadFile(path);
        Assert.Null(reader.Failure);
        Assert.Equal(expected.Select(Key), events.Select(Key));

        static object Key(RmapEvent item) => (item.Kind, item.TimestampNanoseconds, item.ThreadId, item.Command, item.Folio, item.Rwc, item.PageType, item.Locked);
    }

    [Theory]
    [InlineData("6.1-kprobe/anon.dat", "migrate_pages_batch", "try_to_migrate")]
    [InlineData("6.12-kprobe/ksm.dat", "migrate_folio_move", "try_to_migrate")]
    [InlineData("6.12-fprobe/file.dat", "migrate_folio_move", "try_to_migrate")]
    public void Return_probes_know_the_caller(string name, params string[] callers)
    {
        IReadOnlyList<RmapWalkStatistics> all = TraceHelp.Measure(Captures.Data(name), RmapGroupBy.Caller);
        Assert.Equal(callers, all.Select(item => item.Caller));
        Assert.All(all, item => Assert.Equal(3, item.Count));
    }

    [Fact]
    public void A_large_file_is_read_whole()
    {
        RmapWalkStatistics statistics = Assert.Single(TraceHelp.Measure(Captures.Data("large/large.dat")));
        Assert.Equal((120_000, 0L, 0L, 0L), (statistics.Count, statistics.UnmatchedStarts, statistics.UnmatchedEnds, statistics.LostEvents));
        Assert.Equal((2605, 425264), (statistics.MinimumNanoseconds, statistics.MaximumNanoseconds));
    }

    [Fact]
    public void The_installed_trace_cmd_prints_the_same()
    {
        Needs.Program("trace-cmd");
        string path = Captures.Data("large/large.dat");
        using var folder = new TemporaryFolder();
        string text = Path.Combine(folder.Path, "report.txt");
        File.WriteAllText(text, TraceCommand.Report(path));
        (List<RmapEvent> report, _, _) = Captures.ReadFile(text);
        (List<RmapEvent> events, _, _) = Captures.ReadFile(path);
        Assert.Equal(240_000, events.Count);
        AssertSame(report, events);
    }

    internal static void AssertSame(List<RmapEvent> report, List<RmapEvent> events)
    {
        Assert.NotEmpty(events);
        Assert.Equal(report.Count, events.Count);
        for (int i = 0; i < report.Count; i++)
        {
            RmapEvent one = report[i], other = events[i];
            Assert.InRange(other.TimestampNanoseconds - one.TimestampNanoseconds, -1000, 1000);
            Assert.Equal(
                (one.Kind, one.Cpu, one.ThreadId, one.Command, one.Folio, one.Rwc, one.Locked),
                (other.Kind, other.Cpu, other.ThreadId, other.Command, other.Folio, other.Rwc, other.Locked));

            // The report has addresses of functions and no names, so it cannot tell the type of page that a return probe's function walks.
            Assert.Equal(one.PageType ?? other.PageType, other.PageType);
            Assert.Equal(one.Function is null, other.Function is null);
            Assert.Equal(one.Caller is null, other.Caller is null);
        }
    }
}
