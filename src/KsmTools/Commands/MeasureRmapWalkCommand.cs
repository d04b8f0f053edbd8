using System.Management.Automation;
using KsmTools.Completers;
using KsmTools.Errors;
using KsmTools.Records;
using KsmTools.Rmap;
using KsmTools.Tracing;
using KsmTools.Tracing.Reading;
using KsmTools.Tracing.Sessions;

namespace KsmTools.Commands;

/// <summary>Measures walks: count, percentiles, total, what is unmatched or lost, and the whole distribution.</summary>
[Cmdlet(VerbsDiagnostic.Measure, "RmapWalk", DefaultParameterSetName = PathSet)]
[OutputType(typeof(RmapWalkStatistics))]
public sealed class MeasureRmapWalkCommand : WalkReadingCommand
{
    private const string PathSet = "Path";
    private const string LiteralPathSet = "LiteralPath";
    private const string WalkSet = "Walk";
    private const string EventSet = "Event";
    private const string SessionSet = "Session";

    private readonly SymbolTable _symbols = new();
    private readonly List<string> _files = [];
    private RmapWalkMeasurement? _measurement;

    /// <summary>The traces; wildcards are resolved. All of them make one measurement.</summary>
    [Parameter(Mandatory = true, Position = 0, ParameterSetName = PathSet, ValueFromPipeline = true)]
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

    /// <summary>A session whose buffers, which stay as they are, are measured.</summary>
    [Parameter(Mandatory = true, ParameterSetName = SessionSet)]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(RmapSessionCompleter))]
    public string? Name { get; set; }

    /// <summary>What makes a group, in any combination; None puts all walks together.</summary>
    [Parameter]
    public RmapGroupBy GroupBy { get; set; } = RmapGroupBy.PageType;

    /// <inheritdoc/>
    protected override void Process()
    {
        _measurement ??= new RmapWalkMeasurement(GroupBy, _symbols, Filter);
        switch (ParameterSetName)
        {
            case WalkSet:
                _measurement.Add(InputObject!);
                break;
            case EventSet:
                _measurement.Add(RmapEvent!);
                break;
            case SessionSet:
                Measure(Sessions.Get(SessionKind.Rmap, Name!), _measurement);
                break;
            default:
                bool literal = ParameterSetName == LiteralPathSet;
                _files.AddRange(TracePaths.Resolve(this, literal ? LiteralPath : Path, literal));
                break;
        }
    }

    /// <inheritdoc/>
    protected override void End()
    {
        if (_measurement is not null)
        {
            if (ParameterSetName is WalkSet or EventSet)
            {
                TraceReport.TimeBackwards(this, _measurement.TimeBackwards);
            }

            var timelines = new TraceTimelines(Format, (file, symbols) => TraceReaders.OpenWalks(file, Format, symbols).OnlyWalks(Filter), _symbols);
            foreach (TraceTimeline timeline in timelines.Of(_files, PipelineStopToken))
            {
                new TraceMeasuring(this, _measurement).Read(timeline.Open);
            }

            WriteObject(_measurement.Statistics(), enumerateCollection: true);
        }
    }

    private void Measure(TraceSession session, RmapWalkMeasurement measurement)
    {
        if (!session.IsAggregate)
        {
            new TraceMeasuring(this, measurement).Read(() => SessionReaders.LookAtWalks(session, _symbols).OnlyWalks(Filter));
            return;
        }

        _measurement = null;
        if (GroupBy != RmapGroupBy.PageType)
        {
            throw new KsmToolsException(ErrorReason.KnobValueInvalid, GroupBy, MessageText.Format(ModuleMessages.AggregateGroups, Name), ModuleMessages.AggregateGroupsAction);
        }

        if (!Filter.IsEmpty)
        {
            throw WalkInput.StatisticsHaveNoWalks(Name!);
        }

        IReadOnlyList<RmapWalkStatistics> walks = session.AggregatedWalks();
        TraceReport.TimeBackwards(this, walks.Sum(statistics => statistics.TimeBackwards));
        WriteObject(walks, enumerateCollection: true);
    }
}
