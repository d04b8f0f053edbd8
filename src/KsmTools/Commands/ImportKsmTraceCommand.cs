using System.Management.Automation;
using KsmTools.Records;
using KsmTools.Tracing;
using KsmTools.Tracing.KsmEvents;
using KsmTools.Tracing.Reading;

namespace KsmTools.Commands;

/// <summary>Reads KSM's own events of traces.</summary>
[Cmdlet(VerbsData.Import, "KsmTrace", DefaultParameterSetName = "Path")]
[OutputType(typeof(KsmEvent))]
public sealed class ImportKsmTraceCommand : ImportTraceCommand
{
    private protected override ITraceReader Open(string file, SymbolTable symbols) => TraceReaders.OpenKsm(file, Format, symbols).OnlyEvents(Filter);

    private protected override void Write(ITraceReader reader, IReadOnlyList<string> files) => new KsmOutput(this, reader, files).WriteEvents(PipelineStopToken);
}
