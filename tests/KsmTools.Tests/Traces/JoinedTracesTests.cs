using KsmTools.Errors;
using KsmTools.Records;
using KsmTools.Rmap;
using KsmTools.Tests.Support;
using KsmTools.Tracing.KsmEvents;
using KsmTools.Tracing.Reading;

namespace KsmTools.Tests.Traces;

/// <summary>Traces that were put together, by a pipe, by cat, or without the newline between them: nothing is made of one's part and another's.</summary>
public sealed class JoinedTracesTests : IDisposable
{
    private const string Start = "            ksmd-57      [000] d..2.   100.000100: rmap_walk_start: folio=ffffea0000210800 rwc=ffff888000f03ba8 page_type=ksm locked=false\n";
    private const string End = "            ksmd-57      [001] d..2.   100.000130: rmap_walk_end: folio=ffffea0000210800 rwc=ffff888000f03ba8 page_type=ksm locked=false\n";
    private const string LaterEnd = "            ksmd-57      [000] d..2.   200.000130: rmap_walk_end: folio=ffffea0000210800 rwc=ffff888000f03ba8 page_type=ksm locked=false\n";
    private const string Header = "# tracer: nop\n#\n# entries-in-buffer/entries-written: 3/3   #P:2\n#\n";
    private const string ScanStart = "            ksmd-57      [000] .....   100.000100: ksm_start_scan: seq 5 rmap size 10\n";
    private const string ScanEnd = "            ksmd-57      [000] .....   200.000100: ksm_stop_scan: seq 5 rmap size 10\n";

    private readonly TemporaryFolder _folder = new();
    private readonly ModuleHost _host = new();

    // The first has a walk and an open start; the second begins with an end that would fit.
    [Theory]
    [InlineData("Measure-RmapWalk -Path '{0}', '{1}'")]
    [InlineData("Measure-RmapWalk -Path '{2}'")]
    [InlineData("Import-RmapTrace -Path '{0}', '{1}' | Measure-RmapWalk")]
    [InlineData("Import-RmapTrace -Path '{2}' | Measure-RmapWalk")]
    [InlineData("'{0}', '{1}' | ForEach-Object {{ Import-RmapTrace $_ }} | Measure-RmapWalk")]
    [InlineData("Import-RmapTrace -Path '{0}', '{1}' | ConvertTo-Json | ConvertFrom-Json | Measure-RmapWalk")]
    [InlineData("Import-RmapTrace -Path '{0}', '{1}' | ConvertTo-RmapWalk | Measure-RmapWalk")]
    [InlineData("Import-RmapTrace -Path '{2}' | ConvertTo-RmapWalk | Measure-RmapWalk")]
    [InlineData("Import-RmapTrace -Path '{2}' -AsWalk | Measure-RmapWalk")]
    public void No_walk_begins_in_one_and_ends_in_the_other(string command)
    {
        RmapWalkStatistics found = _host.Run(Over(command, Header + Start + End + Start, Header + LaterEnd)).Single<RmapWalkStatistics>();
        Assert.Equal((1, 30_000, 0), (found.Count, found.MaximumNanoseconds, found.LostEvents ?? 0));
        Assert.Contains((found.UnmatchedStarts, found.UnmatchedEnds), new (long?, long?)[] { (1, 1), (null, null) });
    }

    [Theory]
    [InlineData("Measure-KsmScan -Path '{0}', '{1}'")]
    [InlineData("Measure-KsmScan -Path '{2}'")]
    [InlineData("Import-KsmTrace -Path '{0}', '{1}' | Measure-KsmScan")]
    [InlineData("Import-KsmTrace -Path '{2}' | Measure-KsmScan")]
    public void Nor_does_a_scan(string command) =>
        Assert.Equal(2, _host.Run(Over(command, Header + ScanStart, Header + ScanEnd)).Single<KsmScanStatistics>().IncompleteScans);

    [Fact]
    public void Walks_of_events_know_their_file()
    {
        string[] paths = [.. _host.Run(Over("Import-RmapTrace -Path '{0}', '{1}' | ConvertTo-RmapWalk", Header + Start + End, Header + Start + End)).All<RmapWalk>().Select(walk => walk.Path!)];
        Assert.Equal([Path.Combine(_folder.Path, "a.txt"), Path.Combine(_folder.Path, "b.txt")], paths);
    }

    [Fact]
    public void Many_traces_are_told_apart_whatever_a_record_has_room_for()
    {
        var objects = new RecordObjects(new SymbolTable());
        var measurement = new RmapWalkMeasurement(RmapGroupBy.None, new SymbolTable());
        for (int trace = 0; trace < 600; trace++)
        {
            foreach (RmapEventKind kind in (RmapEventKind[])[RmapEventKind.End, RmapEventKind.Start])
            {
                measurement.Add(new RmapEvent { Kind = kind, Folio = 1, Rwc = 2, TimestampNanoseconds = trace, Path = $"trace{trace}" });
            }
        }

        Assert.Equal((0, 600, 600), Assert.Single(measurement.Statistics()) is var found ? (found.Count, found.UnmatchedStarts, found.UnmatchedEnds) : default);
    }

    // Where the first line ends anywhere, without its newline, and the other one follows.
    [Theory]
    [InlineData(
        "            ksmd-57      [000] d..2.   100.000100: rmap_walk_start: folio=ffffea0000210800 rwc=ffff888000f03ba8 page_type=ksm locked=false",
        "         rmaplab-190     [001] .....   200.000130: rmap_walk_end: folio=ffffea0000210900 rwc=ffff888000f03bb0 page_type=anon locked=true\n")]
    [InlineData(
        "            ksmd-57      [000] d..2.   100.000100: rmap_walk_start: (rmap_walk_ksm+0x0/0x310) folio=0xffffea0000210800 rwc=0xffff888000f03ba8",
        "         rmaplab-190     [001] .....   200.000130: rmap_walk_end: (try_to_migrate+0xfb/0x110 <- rmap_walk_anon) folio=0xffffea0000210900 rwc=0xffff888000f03bb0\n")]
    [InlineData(
        "            ksmd    57 [000]   100.000100: rmap:rmap_walk_start: folio=0xffffea0000210800 rwc=0xffff888000f03ba8 page_type=ksm locked=false",
        "         rmaplab   190 [001]   200.000130:   rmap:rmap_walk_end: folio=0xffffea0000210900 rwc=0xffff888000f03bb0 page_type=anon locked=true\n")]
    public void No_event_is_made_of_two_lines(string first, string second)
    {
        for (int length = 1; length <= first.Length; length++)
        {
            (List<TraceRecord> records, ITraceReader reader) = TraceHelp.Read(first + '\n' + first[..length] + second + second);
            Assert.All(records, record => Assert.Contains(
                (record.Timestamp, record.Folio), new[] { (100_000_100_000, 0xffffea0000210800), (200_000_130_000, 0xffffea0000210900) }));

            // The first, the last, and what is between them: the second line's event, and where the first one's name is there, both, as unreadable ones.
            int named = first.IndexOf("start:", StringComparison.Ordinal) + "start:".Length <= length ? 2 : 1;
            Assert.Equal((length, 2L + named), (length, records.Count + reader.UnreadableEvents));
        }
    }

    // perf script --header, of as many machines: their times go back, and a mark has none.
    [Fact]
    public void Traces_of_one_event_with_headers_are_no_differences_of_times()
    {
        const string One = "# captured on    : Mon Nov 30 05:59:52 2026\n            ksmd    57 [000]   100.000100: rmap:rmap_walk_start: folio=0xffffea0000210800 rwc=0xffff888000f03ba8 page_type=ksm locked=false\n";
        Assert.Equal(40, TraceHelp.Read(string.Concat(Enumerable.Repeat(One, 40))).Records.Count(record => record.Kind == TraceRecordKind.Start));
    }

    [Theory]
    [InlineData("[    0.000000] Kernel command line: console=ttyS0 nr_cpus=4\n")]
    [InlineData("isolcpus=2\n")]
    [InlineData("max-cpus=2\n")]
    public void A_word_that_ends_like_a_first_line_is_none(string line)
    {
        Assert.Equal(ErrorReason.TraceFormatNotRecognized, TraceHelp.Fails(line).Reason);
        RmapWalkStatistics found = Assert.Single(TraceHelp.Measure(_folder.Write("trace.txt", Start + line + End)));
        Assert.Equal((1, 0), (found.Count, found.UnmatchedStarts));
    }

    // 30 events that were overwritten, and 5 that were lost.
    [Theory]
    [InlineData("")]
    [InlineData("    ")]
    [InlineData("\t")]
    [InlineData("> ")]
    [InlineData("trace.txt:")]
    [InlineData("host1: ")]
    [InlineData("[   12.345678] ")]
    public void Losses_are_read_behind_whatever_is_before_each_line(string prefix)
    {
        const string Trace = "# tracer: nop\n#\n# entries-in-buffer/entries-written: 10/40   #P:2\n#\n" + Start + End + "CPU:0 [LOST 5 EVENTS]\n" + Start + End;
        string text = string.Concat(Trace.Split('\n')[..^1].Select(line => prefix + line + '\n'));
        RmapWalkStatistics found = Assert.Single(TraceHelp.Measure(_folder.Write("trace.txt", text)));
        Assert.Equal((2, 35, false), (found.Count, found.LostEvents, found.LostEventsIsLowerBound));
    }

    public void Dispose()
    {
        _host.Dispose();
        _folder.Dispose();
    }

    private string Over(string command, string first, string second) =>
        string.Format(null, command, _folder.Write("a.txt", first), _folder.Write("b.txt", second), _folder.Write("ab.txt", first + second));
}
