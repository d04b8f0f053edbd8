using KsmTools.Records;
using KsmTools.Rmap;
using KsmTools.Tests.Support;
using KsmTools.Tracing.KsmEvents;

namespace KsmTools.Tests.Traces;

/// <summary>What could not be read of a trace is among its figures, and no trace is measured twice.</summary>
public sealed class MeasuredAccountTests : IDisposable
{
    private const string Start = "            ksmd-57      [000] .....   100.000100: rmap_walk_start: folio=0xff rwc=0xea page_type=ksm locked=false\n";
    private const string End = "            ksmd-57      [000] .....   100.000130: rmap_walk_end: folio=0xff rwc=0xea page_type=ksm locked=false\n";
    private const string Bad = "            ksmd-57      [000] .....   100.000140: rmap_walk_start: folio=? rwc=0xea page_type=anon locked=false\n";
    private const string Scan = "            ksmd-57      [000] .....   100.000150: ksm_start_scan: seq 5 rmap size 10\n";
    private const string BadScan = "            ksmd-57      [000] .....   100.000160: ksm_stop_scan: seq ? rmap size 10\n";

    private readonly ModuleHost _host = new();
    private readonly TemporaryFolder _folder = new();

    public void Dispose()
    {
        _host.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public void Every_group_says_how_many_events_could_not_be_read()
    {
        string path = _folder.Write("a.txt", Start + Bad + Bad + End + Start.Replace("ksm ", "file ", StringComparison.Ordinal));
        IReadOnlyList<RmapWalkStatistics> found = _host.Run($"Measure-RmapWalk '{path}'").All<RmapWalkStatistics>();
        Assert.Equal([(RmapPageType.Ksm, 1, 2), (RmapPageType.File, 0, 2)], found.Select(item => (item.PageType!.Value, (int)item.Count, (int)item.UnreadableEvents!)));
        RmapWalkStatistics two = _host.Run($"Measure-RmapWalk '{path}', '{_folder.Write("b.txt", Start + Bad + End)}' -GroupBy None").Single<RmapWalkStatistics>();
        Assert.Equal((2, 3), (two.Count, two.UnreadableEvents));
        Assert.Contains("rmap_walk_unreadable_events{page_type=\"ksm\"} 2\n", _host.Run($"Measure-RmapWalk '{path}' | ConvertTo-KsmMetric").Single<string>(), StringComparison.Ordinal);
        Assert.Equal(2, _host.Run($"Measure-RmapWalk '{path}' | Export-Clixml '{path}.xml'; Import-Clixml '{path}.xml' | ForEach-Object UnreadableEvents | Select-Object -First 1").Single<long>());
    }

    [Fact]
    public void So_does_a_trace_without_any_other()
    {
        RmapWalkStatistics found = _host.Run($"Measure-RmapWalk '{_folder.Write("a.txt", Bad + Bad + Bad)}'").Single<RmapWalkStatistics>();
        Assert.Equal((0, 3, null, 0), (found.Count, found.UnreadableEvents, found.PageType, found.LostEvents));
        Assert.Empty(_host.Run($"Measure-RmapWalk '{_folder.Write("b.txt", Scan)}'").Output);
    }

    [Fact]
    public void So_do_scans()
    {
        string path = _folder.Write("a.txt", Scan + BadScan);
        Assert.Equal(1, _host.Run($"Measure-KsmScan -Path '{path}'").Single<KsmScanStatistics>().UnreadableEvents);
        Assert.Null(_host.Run($"Import-KsmTrace '{path}' | Measure-KsmScan").Single<KsmScanStatistics>().UnreadableEvents);
    }

    [Fact]
    public void Where_walks_come_in_nobody_knows()
    {
        RmapWalkStatistics found = _host.Run($"Import-RmapTrace '{_folder.Write("a.txt", Start + Bad + End)}' -AsWalk | Measure-RmapWalk").Single<RmapWalkStatistics>();
        Assert.Equal((1, null), (found.Count, found.UnreadableEvents));
    }

    [Fact]
    public void Of_a_trace_that_is_cut_nobody_knows_what_was_lost_beyond()
    {
        byte[] whole = File.ReadAllBytes(Checkout.Data("captures/large/large.dat"));
        string path = Path.Combine(_folder.Path, "cut.dat");
        File.WriteAllBytes(path, whole[..(whole.Length * 3 / 4)]);
        ModuleResult measured = _host.Run($"Measure-RmapWalk '{path}' -GroupBy None");
        Assert.NotEmpty(measured.Errors);
        Assert.True(LostIsLowerBound($"Measure-RmapWalk '{path}' -GroupBy None"));
        Assert.True(LostIsLowerBound($"Measure-RmapWalk '{_folder.Write("cut.txt", Start + End + Start[..^9])}'"));
        Assert.True(LostIsLowerBound($"Measure-KsmScan -Path '{_folder.Write("cut2.txt", Scan + Scan[..^9])}'"));
        Assert.False(LostIsLowerBound($"Measure-RmapWalk '{_folder.Write("whole.txt", Start + End)}', '{path}.not'"));

        bool LostIsLowerBound(string command) => _host.Run($"({command} -ErrorAction Ignore).LostEventsIsLowerBound").Single<bool>();
    }

    [Theory]
    [InlineData("Measure-RmapWalk '{0}', '{0}'")]
    [InlineData("Measure-RmapWalk '{0}', '{0}*'")]
    [InlineData("'{0}', '{0}' | Measure-RmapWalk")]
    [InlineData("Get-Item '{0}', '{0}' | Measure-RmapWalk")]
    [InlineData("Import-RmapTrace '{0}', '{0}' | Measure-RmapWalk")]
    [InlineData("Measure-RmapWalk '{0}', '{0}.link', '{0}.hard'")]
    [InlineData("Get-ChildItem '{0}*' | Measure-RmapWalk")]
    [InlineData("Import-RmapTrace '{0}*' | Measure-RmapWalk")]
    public void A_file_that_is_named_twice_is_read_once(string command)
    {
        string path = _folder.Write("a.txt", Start + End);
        File.CreateSymbolicLink(path + ".link", path);
        string linked = "$null = New-Item -ItemType HardLink -Path '{0}.hard' -Target '{0}'; " + command;
        Assert.Equal(1, _host.Run(linked.Replace("{0}", path, StringComparison.Ordinal)).Single<RmapWalkStatistics>().Count);
    }

    [Theory]
    [InlineData("Measure-RmapWalk")]
    [InlineData("Measure-KsmScan")]
    [InlineData("Import-RmapTrace")]
    public void A_line_of_a_file_is_no_file(string command)
    {
        ModuleResult result = _host.Run($"Get-Content '{_folder.Write("a.txt", Start + Scan + End)}' | {command}");
        Assert.Empty(result.Output);
        Assert.Equal(3, result.Errors.Count);
        Assert.All(result.Errors, error => Assert.Equal(System.Management.Automation.ErrorCategory.ObjectNotFound, error.CategoryInfo.Category));
    }

    [Fact]
    public void What_loses_fewer_is_said_of_who_lost_them()
    {
        string perf = _host.Run($"Measure-RmapWalk '{Checkout.Data("captures/losses/perf-lost-on-cpu1.data.gz")}'").Warnings[0];
        Assert.Contains("1249 events. Walks across a loss are not paired; a larger buffer loses fewer (perf record -m).", perf, StringComparison.Ordinal);
        string text = _host.Run($"Measure-RmapWalk '{_folder.Write("a.txt", Start + "CPU:0 [LOST 4 EVENTS]\n" + End)}'").Warnings[0];
        Assert.Contains("(buffer_size_kb)", text, StringComparison.Ordinal);
    }
}
