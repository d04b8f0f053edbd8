using KsmTools.Rmap;
using KsmTools.Tests.Support;
using KsmTools.Tracing.KsmEvents;

namespace KsmTools.Tests.Traces;

/// <summary>Losses that the kernel did not count stay lower bounds, also as events of the pipeline and as what became of these in JSON.</summary>
public sealed class UncountedLossTests : IDisposable
{
    private const string Walks = """
        # tracer: nop
                    ksmd-57      [000] .....   100.000100: rmap_walk_start: folio=0xffffea0000210800 rwc=0xffff888000f03ba8 page_type=ksm locked=false
        CPU:0 [LOST EVENTS]
                    ksmd-57      [000] .....   100.000130: rmap_walk_end: folio=0xffffea0000210800 rwc=0xffff888000f03ba8 page_type=ksm locked=false
        CPU:0 [LOST 4 EVENTS]
                    ksmd-57      [000] .....   100.000140: rmap_walk_start: folio=0xffffea0000210800 rwc=0xffff888000f03ba8 page_type=ksm locked=false

        """;

    private const string Scans = """
        # tracer: nop
                    ksmd-57      [000] .....   100.000100: ksm_start_scan: seq 5 rmap size 10
        CPU:0 [LOST EVENTS]
                    ksmd-57      [000] .....   100.000900: ksm_stop_scan: seq 5 rmap size 10

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
    [InlineData("Import-RmapTrace -Path '{0}' | ConvertTo-Json | ConvertFrom-Json | Measure-RmapWalk")]
    public void Of_walks(string command)
    {
        RmapWalkStatistics found = _host.Run(command.Replace("{0}", _folder.Write("walks.txt", Walks), StringComparison.Ordinal)).Single<RmapWalkStatistics>();
        Assert.Equal((5, true, 0, 2, 1), (found.LostEvents, found.LostEventsIsLowerBound, found.Count, found.UnmatchedStarts, found.UnmatchedEnds));
    }

    [Theory]
    [InlineData("Measure-KsmScan -Path '{0}'")]
    [InlineData("Import-KsmTrace -Path '{0}' | Measure-KsmScan")]
    [InlineData("Import-KsmTrace -Path '{0}' | ConvertTo-Json | ConvertFrom-Json | Measure-KsmScan")]
    public void Of_scans(string command)
    {
        KsmScanStatistics found = _host.Run(command.Replace("{0}", _folder.Write("scans.txt", Scans), StringComparison.Ordinal)).Single<KsmScanStatistics>();
        Assert.Equal((1, true, 800_000), (found.LostEvents, found.LostEventsIsLowerBound, found.MaximumNanoseconds));
    }

    [Fact]
    public void Events_say_it()
    {
        IReadOnlyList<RmapEvent> events = _host.Run($"Import-RmapTrace -Path '{_folder.Write("walks.txt", Walks)}'").All<RmapEvent>();
        Assert.Equal([(0, false), (1, true), (4, false)], events.Select(item => (item.LostEventsBefore, item.LostEventsBeforeIsLowerBound)));
    }
}
