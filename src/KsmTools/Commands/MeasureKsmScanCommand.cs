using System.Management.Automation;
using KsmTools.Completers;
using KsmTools.Errors;
using KsmTools.Records;
using KsmTools.Tracing;
using KsmTools.Tracing.KsmEvents;
using KsmTools.Tracing.Reading;
using KsmTools.Tracing.Sessions;

namespace KsmTools.Commands;

/// <summary>Measures ksmd by KSM's own events: scans and their durations, pages merged, attempts that failed, removals, rates.</summary>
[Cmdlet(VerbsDiagnostic.Measure, "KsmScan", DefaultParameterSetName = SessionSet)]
[OutputType(typeof(KsmScanStatistics))]
public sealed class MeasureKsmScanCommand : TraceReadingCommand
{
    private const string SessionSet = "Session";
    private const string PathSet = "Path";
    private const string LiteralPathSet = "LiteralPath";
    private const string EventSet = "Event";

    private readonly List<string> _files = [];
    private KsmScanMeasurement? _measurement;
    private bool _isMeasured;

    /// <summary>The session whose buffers, which stay as they are, are measured.</summary>
    [Parameter(Position = 0, ParameterSetName = SessionSet)]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(KsmSessionCompleter))]
    public string Name { get; set; } = DefaultKsmName;

    /// <summary>The traces; wildcards are resolved. All of them make one measurement, or one for each unit of time.</summary>
    [Parameter(Mandatory = true, ParameterSetName = PathSet, ValueFromPipeline = true)]
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

    /// <summary>Events to measure, in the order of time.</summary>
    [Parameter(Mandatory = true, ParameterSetName = EventSet, ValueFromPipeline = true)]
    [KsmEventTransformation]
    public KsmEvent? InputObject { get; set; }

    /// <inheritdoc/>
    protected override void Process()
    {
        _measurement ??= new KsmScanMeasurement(Filter);
        switch (ParameterSetName)
        {
            case EventSet:
                _isMeasured = true;
                _measurement.Add(InputObject!);
                break;
            case SessionSet:
                Measure(SessionReaders.LookAtKsm(Session(), new SymbolTable()).OnlyEvents(Filter), _measurement);
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
        foreach (TraceTimeline timeline in new TraceTimelines(Format, (file, symbols) => TraceReaders.OpenKsm(file, Format, symbols).OnlyEvents(Filter)).Of(_files, PipelineStopToken))
        {
            Measure(timeline, _measurement!);
        }

        if (_isMeasured)
        {
            WriteObject(_measurement!.Statistics(), enumerateCollection: true);
        }
    }

    // A file is no session, and people give it in the session's place.
    private TraceSession Session()
    {
        try
        {
            return Sessions.Get(SessionKind.Ksm, Name);
        }
        catch (KsmToolsException failure) when (failure.Reason == ErrorReason.TraceSessionNotFound && File.Exists(Unresolved(Name)))
        {
            throw new KsmToolsException(
                failure.Reason, Name, MessageText.Format(ModuleMessages.ScansOfFile, Name), MessageText.Format(ModuleMessages.ScansOfFileAction, CommandText.Quote(Name)), failure.Errno, failure);
        }
    }

    private void Measure(TraceTimeline timeline, KsmScanMeasurement measurement)
    {
        try
        {
            Measure(timeline.Open(), measurement);
        }
        catch (KsmToolsException failure)
        {
            WriteFailure(failure);
        }
    }

    private void Measure(ITraceReader opened, KsmScanMeasurement measurement)
    {
        using ITraceReader reader = opened;
        var report = new TraceReport(this, reader, TraceSubject.Ksm);
        LostTally lostBefore = measurement.Lost;
        bool hadTicks = measurement.HasTicks;
        long backwards = measurement.TimeBackwards;
        while (reader.Read(out ReadOnlySpan<TraceRecord> records, PipelineStopToken))
        {
            measurement.Add(records);
            report.Progress(records);
        }

        // Of several files it may be that none could be opened.
        _isMeasured |= reader.Parts.Any(part => part.Format != TraceFormat.Auto);
        measurement.Complete(reader.Parts.Sum(part => part.UnreadableEvents), reader.Parts.All(part => part.Failure is null));
        report.Lost(measurement.Lost.Since(lostBefore));
        report.Finish(measurement.HasTicks && !hadTicks);
        TraceReport.TimeBackwards(this, measurement.TimeBackwards - backwards);
    }
}
