using KsmTools.Errors;
using KsmTools.Records;
using KsmTools.Rmap;
using KsmTools.Tests.Support;
using KsmTools.Tracing.KsmEvents;

namespace KsmTools.Tests.Traces;

/// <summary>Ends that are before their starts by the clock: they are counted and said, and are in no figure.</summary>
public sealed class TimeBackwardsTests : IDisposable
{
    // The second thread's walk begins on one CPU and ends on another, whose clock is behind.
    private const string Skew = """
        # tracer: nop
                    ksmd-57      [000] .....   100.000100: rmap_walk_start: folio=0xffffea0000210800 rwc=0xffff888000f03ba8 page_type=ksm locked=false
                    ksmd-57      [000] .....   100.000130: rmap_walk_end: folio=0xffffea0000210800 rwc=0xffff888000f03ba8 page_type=ksm locked=false
                kswapd0-58      [000] .....   100.000200: rmap_walk_start: folio=0xffffea0000210900 rwc=0xffff888000f03ba8 page_type=ksm locked=false
                kswapd0-58      [001] .....   100.000190: rmap_walk_end: folio=0xffffea0000210900 rwc=0xffff888000f03ba8 page_type=ksm locked=false

        """;

    private const string SkewedScan = """
        # tracer: nop
                    ksmd-57      [000] .....   100.000100: ksm_start_scan: seq 5 rmap size 10
                    ksmd-57      [001] .....    99.999900: ksm_stop_scan: seq 5 rmap size 10

        """;

    private const string SkewedWait = """
        # tracer: nop
                 maplock-23700   [001] ...1.   100.000100: contention_begin: 00000000d1f9d96e (flags=READ)
                 maplock-23700   [000] ...1.    99.999900: contention_end: 00000000d1f9d96e (ret=0)

        """;

    // What perf script --deltatime makes of two walks of 20 and 30 microseconds.
    private const string Differences = """
                ksmd    57 [000]     0.000000: rmap:rmap_walk_start: folio=0xffffea0000210800 rwc=0xffff888000f03ba8 page_type=ksm locked=false
                ksmd    57 [000]     0.000020:   rmap:rmap_walk_end: folio=0xffffea0000210800 rwc=0xffff888000f03ba8 page_type=ksm locked=false
                ksmd    57 [000]     0.000170: rmap:rmap_walk_start: folio=0xffffea0000210800 rwc=0xffff888000f03ba8 page_type=ksm locked=false
                ksmd    57 [000]     0.000030:   rmap:rmap_walk_end: folio=0xffffea0000210800 rwc=0xffff888000f03ba8 page_type=ksm locked=false

        """;

    private readonly ModuleHost _host = new();
    private readonly TemporaryFolder _folder = new();

    public void Dispose()
    {
        _host.Dispose();
        _folder.Dispose();
    }

    [Theory]
    [InlineData("Measure-RmapWalk -Path '{0}'")]
    [InlineData("Import-RmapTrace -Path '{0}' | Measure-RmapWalk")]
    public void They_are_in_no_figure_of_walks(string command)
    {
        ModuleResult measured = _host.Run(command.Replace("{0}", _folder.Write("skew.txt", Skew), StringComparison.Ordinal));
        RmapWalkStatistics found = measured.Single<RmapWalkStatistics>();
        Assert.Equal((1, 30_000, 30_000, 1), (found.Count, found.MinimumNanoseconds, found.TotalNanoseconds, found.TimeBackwards));
        Assert.Equal((0, 0), (found.UnmatchedStarts, found.UnmatchedEnds));
        Assert.Contains("clock", Assert.Single(measured.Warnings), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Import-RmapTrace -Path '{0}' -AsWalk")]
    [InlineData("Import-RmapTrace -Path '{0}' | ConvertTo-RmapWalk")]
    public void They_are_no_walks(string command)
    {
        ModuleResult read = _host.Run(command.Replace("{0}", _folder.Write("skew.txt", Skew), StringComparison.Ordinal));
        Assert.Equal(30_000, read.Single<RmapWalk>().DurationNanoseconds);
        Assert.Contains("clock", Assert.Single(read.Warnings), StringComparison.Ordinal);
    }

    [Fact]
    public void Metrics_count_them_apart()
    {
        string text = _host.Run($"ConvertTo-KsmMetric -InputObject (Get-Item '{_folder.Write("skew.txt", Skew)}')").Single<string>();
        Assert.Contains("rmap_walk_duration_seconds_count{page_type=\"ksm\"} 1\n", text, StringComparison.Ordinal);
        Assert.Contains("rmap_walk_duration_seconds_sum{page_type=\"ksm\"} 0.00003\n", text, StringComparison.Ordinal);
        Assert.Contains("rmap_walk_time_backwards{page_type=\"ksm\"} 1\n", text, StringComparison.Ordinal);
    }

    [Fact]
    public void Walks_that_come_in_with_such_a_duration_are_counted_too()
    {
        var measurement = new RmapWalkMeasurement(RmapGroupBy.None, new SymbolTable());
        Assert.True(measurement.Add(new RmapWalk { DurationNanoseconds = -5 }));
        Assert.True(measurement.Add(new RmapWalk { DurationNanoseconds = 0 }));
        RmapWalkStatistics found = Assert.Single(measurement.Statistics());
        Assert.Equal((1, 1, 0, 0), (found.Count, found.TimeBackwards, found.MinimumNanoseconds, found.TotalNanoseconds));
    }

    [Fact]
    public void A_scan_has_no_such_duration()
    {
        ModuleResult run = _host.Run($"Measure-KsmScan -Path '{_folder.Write("scan.txt", SkewedScan)}'");
        KsmScanStatistics found = run.Single<KsmScanStatistics>();
        Assert.Equal((1, 0, 1, null, null), (found.Scans, found.IncompleteScans, found.TimeBackwards, found.MinimumNanoseconds, found.MeanNanoseconds));
        Assert.Contains("clock", Assert.Single(run.Warnings), StringComparison.Ordinal);
    }

    [Fact]
    public void A_wait_has_no_such_duration()
    {
        ModuleResult run = _host.Run($"Import-RmapTrace -Path '{_folder.Write("wait.txt", SkewedWait)}' -AsWait");
        Assert.Empty(run.Output);
        Assert.Contains("clock", Assert.Single(run.Warnings), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Import-RmapTrace")]
    [InlineData("Import-RmapTrace -Format PerfScript")]
    [InlineData("Measure-RmapWalk")]
    public void Times_since_the_event_before_are_refused(string command)
    {
        System.Management.Automation.ErrorRecord error = _host.Run($"{command} -Path '{_folder.Write("delta.txt", Differences)}'").Error(ErrorReason.TraceFormatNotRecognized);
        Assert.Contains("--deltatime", error.Exception.Message, StringComparison.Ordinal);
    }

    // With call chains a name begins in column 0.
    [Theory]
    [InlineData("#x")]
    [InlineData("\tx")]
    public void So_are_those_whose_first_thread_is_named_as_a_comment_or_a_frame_begins(string name)
    {
        string text = name + Differences.TrimStart()["ksmd".Length..];
        System.Management.Automation.ErrorRecord error = _host.Run($"Import-RmapTrace -Path '{_folder.Write("delta.txt", text)}'").Error(ErrorReason.TraceFormatNotRecognized);
        Assert.Contains("--deltatime", error.Exception.Message, StringComparison.Ordinal);
    }

    // Of events that are close to each other most differences are the same; times since the first never go back.
    [Theory]
    [InlineData(1)]
    [InlineData(40)]
    public void So_are_those_of_short_walks(int longest)
    {
        var random = new Random(18);
        var times = new List<long> { 0 };
        for (int i = 1; i < 2000; i++)
        {
            times.Add(times[^1] + random.Next(longest + 1));
        }

        IEnumerable<long> differences = times.Select((time, place) => place == 0 ? 0 : time - times[place - 1]);
        foreach (int first in (int[])[0, 1, 6])
        {
            ModuleResult refused = _host.Run($"Measure-RmapWalk -Path '{_folder.Write("delta.txt", Lines(differences.Skip(first)))}'");
            refused.Error(ErrorReason.TraceFormatNotRecognized);
            Assert.Empty(refused.Output);
        }

        RmapWalkStatistics found = _host.Run($"Measure-RmapWalk -Path '{_folder.Write("time.txt", Lines(times))}'").Single<RmapWalkStatistics>();
        Assert.Equal((1000, longest * 1000), (found.Count, found.MaximumNanoseconds));
    }

    [Theory]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(40)]
    public void Small_traces_that_were_put_together_are_read(int count)
    {
        string one = string.Concat(Differences.Split('\n').Take(2).Select(line => line.Replace("0.0000", "7.0000", StringComparison.Ordinal) + '\n'));
        RmapWalkStatistics found = _host.Run($"Measure-RmapWalk -Path '{_folder.Write("many.txt", string.Concat(Enumerable.Repeat(one, count)))}'").Single<RmapWalkStatistics>();
        Assert.Equal((count, 20_000, 0), (found.Count, found.MaximumNanoseconds, found.TimeBackwards));
    }

    [Fact]
    public void Traces_that_were_put_together_are_read()
    {
        string once = Differences.Replace("0.000170", "0.000040", StringComparison.Ordinal).Replace("0.000030", "0.000070", StringComparison.Ordinal);
        RmapWalkStatistics found = _host.Run($"Measure-RmapWalk -Path '{_folder.Write("twice.txt", once + once)}'").Single<RmapWalkStatistics>();
        Assert.Equal((4, 0), (found.Count, found.TimeBackwards));
    }

    [Theory]
    [InlineData(2)]
    [InlineData(6)]
    public void So_are_those_of_several_machines(int count)
    {
        string[] one = [.. Differences.Split('\n').Take(2)];
        string text = string.Concat(Enumerable.Range(1, count).SelectMany(machine => one.Select(line => line.Replace(" 0.0000", $" {100 * (count - machine) + 5}.0000", StringComparison.Ordinal) + '\n')));
        RmapWalkStatistics found = _host.Run($"Measure-RmapWalk -Path '{_folder.Write("machines.txt", text)}'").Single<RmapWalkStatistics>();
        Assert.Equal((count, 20_000, 0), (found.Count, found.MaximumNanoseconds, found.TimeBackwards));
    }

    private static string Lines(IEnumerable<long> microseconds)
    {
        string[] patterns = [.. Differences.Split('\n').Take(2)];
        return string.Concat(microseconds.Select((time, place) => patterns[place % 2].Replace(place % 2 == 0 ? "0.000000" : "0.000020", FormattableString.Invariant($"0.{time:000000}"), StringComparison.Ordinal) + '\n'));
    }
}
