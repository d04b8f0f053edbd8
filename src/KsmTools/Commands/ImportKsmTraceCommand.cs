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
    private protected override void Import(IReadOnlyList<string> files)
    {
        var symbols = new SymbolTable();
        using ITraceReader reader = TraceTimelines.Open(files, file => TraceReaders.OpenKsm(file, Format, symbols).OnlyEvents(Filter), symbols, PipelineStopToken);
        new KsmOutput(this, reader, files).WriteEvents(PipelineStopToken);
    }
}
