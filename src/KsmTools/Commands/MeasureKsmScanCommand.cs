using System.Management.Automation;
using KsmTools.Completers;
using KsmTools.Rmap;
using KsmTools.Tracing;
using KsmTools.Tracing.KsmEvents;
using KsmTools.Tracing.RingBuffer;
using KsmTools.Tracing.Sessions;

namespace KsmTools.Commands;

/// <summary>Measures ksmd by KSM's own events: scans and their durations, pages merged, attempts that failed, removals, rates.</summary>
[Cmdlet(VerbsDiagnostic.Measure, "KsmScan", DefaultParameterSetName = SessionSet)]
[OutputType(typeof(KsmScanStatistics))]
public sealed class MeasureKsmScanCommand : TraceSessionCommand
{
    private const string SessionSet = "Session";
    private const string EventSet = "Event";

    private KsmScanMeasurement? _measurement;

    /// <summary>The session whose buffers, which stay as they are, are measured.</summary>
    [Parameter(Position = 0, ParameterSetName = SessionSet)]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(KsmSessionCompleter))]
    public string Name { get; set; } = DefaultKsmName;

    /// <summary>Events to measure, in the order of time.</summary>
    [Parameter(Mandatory = true, ParameterSetName = EventSet, ValueFromPipeline = true)]
    [KsmEventTransformation]
    public KsmEvent? InputObject { get; set; }

    /// <inheritdoc/>
    protected override void Process()
    {
        _measurement ??= new KsmScanMeasurement();
        if (ParameterSetName == EventSet)
        {
            _measurement.Add(InputObject!);
            return;
        }

        using IEventReader reader = KsmTraces.Look(Sessions.Get(SessionKind.Ksm, Name), new SymbolTable());
        var report = new TraceReport(this, reader);
        while (reader.Read(out ReadOnlySpan<EventRecord> records, PipelineStopToken))
        {
            _measurement.Add(records);
            report.Progress(records.Length);
        }

        KsmScanStatistics statistics = _measurement.Statistics();
        KsmOutput.Warn(this, reader, statistics.LostEvents, statistics.LostEventsIsLowerBound);
        report.Finish(_measurement.HasTicks);
    }

    /// <inheritdoc/>
    protected override void End()
    {
        if (_measurement is not null)
        {
            WriteObject(_measurement.Statistics());
        }
    }
}
