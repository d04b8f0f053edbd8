using System.Management.Automation;
using KsmTools.Errors;
using KsmTools.Rmap;
using KsmTools.Tracing;

namespace KsmTools.Commands;

/// <summary>Measures walks: count, percentiles, total, what is unmatched or lost, and the whole distribution.</summary>
[Cmdlet(VerbsDiagnostic.Measure, "RmapWalk", DefaultParameterSetName = PathSet)]
[OutputType(typeof(RmapWalkStatistics))]
public sealed class MeasureRmapWalkCommand : KsmToolsCommand
{
    private const string PathSet = "Path";
    private const string LiteralPathSet = "LiteralPath";
    private const string WalkSet = "Walk";
    private const string EventSet = "Event";

    private readonly SymbolTable _symbols = new();
    private RmapWalkMeasurement? _measurement;

    /// <summary>The traces; wildcards are resolved. All of them make one measurement.</summary>
    [Parameter(Mandatory = true, Position = 0, ParameterSetName = PathSet, ValueFromPipelineByPropertyName = true)]
    [ValidateNotNullOrEmpty]
    [SupportsWildcards]
    public string[] Path { get; set; } = [];

    /// <summary>The traces, by names that are taken as they are.</summary>
    [Parameter(Mandatory = true, ParameterSetName = LiteralPathSet, ValueFromPipelineByPropertyName = true)]
    [Alias("PSPath", "LP", "FullName")]
    [ValidateNotNullOrEmpty]
    public string[] LiteralPath { get; set; } = [];

    /// <summary>The format; Auto looks at the contents.</summary>
    [Parameter(ParameterSetName = PathSet)]
    [Parameter(ParameterSetName = LiteralPathSet)]
    public TraceFormat Format { get; set; } = TraceFormat.Auto;

    /// <summary>Walks to measure.</summary>
    [Parameter(Mandatory = true, ParameterSetName = WalkSet, ValueFromPipeline = true)]
    [RmapWalkTransformation]
    public RmapWalk? InputObject { get; set; }

    /// <summary>Events to pair and measure.</summary>
    [Parameter(Mandatory = true, ParameterSetName = EventSet, ValueFromPipeline = true)]
    [RmapEventTransformation]
    public RmapEvent? RmapEvent { get; set; }

    /// <summary>What makes a group, in any combination; None puts all walks together.</summary>
    [Parameter]
    public RmapGroupBy GroupBy { get; set; } = RmapGroupBy.PageType;

    /// <inheritdoc/>
    protected override void Process()
    {
        _measurement ??= new RmapWalkMeasurement(GroupBy, _symbols);
        switch (ParameterSetName)
        {
            case WalkSet:
                _measurement.Add(InputObject!);
                break;
            case EventSet:
                _measurement.Add(RmapEvent!);
                break;
            default:
                bool literal = ParameterSetName == LiteralPathSet;
                foreach (string file in TracePaths.Resolve(this, literal ? LiteralPath : Path, literal))
                {
                    Read(file, _measurement);
                }

                break;
        }
    }

    /// <inheritdoc/>
    protected override void End()
    {
        if (_measurement is not null)
        {
            WriteObject(_measurement.Statistics(), enumerateCollection: true);
        }
    }

    private void Read(string file, RmapWalkMeasurement measurement)
    {
        try
        {
            using IRmapReader reader = TraceReaders.Open(file, Format, _symbols);
            var report = new TraceReport(this, reader);
            long lostBefore = measurement.LostEvents;
            bool hadTicks = measurement.HasTicks;
            while (reader.Read(out ReadOnlySpan<RmapRecord> records, PipelineStopToken))
            {
                measurement.Add(records);
                report.Progress();
            }

            measurement.Complete();
            report.Lost(measurement.LostEvents - lostBefore, measurement.LostEventsIsLowerBound);
            report.Finish(measurement.HasTicks && !hadTicks);
        }
        catch (KsmToolsException failure)
        {
            measurement.Complete();
            WriteFailure(failure);
        }
    }
}
