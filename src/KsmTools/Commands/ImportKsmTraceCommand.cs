using System.Management.Automation;
using KsmTools.Tracing;
using KsmTools.Tracing.KsmEvents;
using KsmTools.Tracing.Reading;

namespace KsmTools.Commands;

/// <summary>Reads KSM's own events of traces.</summary>
[Cmdlet(VerbsData.Import, "KsmTrace", DefaultParameterSetName = "Path")]
[OutputType(typeof(KsmEvent))]
public sealed class ImportKsmTraceCommand : ImportTraceCommand
{
    private protected override void Import(string file)
    {
        using ITraceReader reader = TraceReaders.OpenKsm(file, Format).OnlyEvents(Filter);
        new KsmOutput(this, reader, file).WriteEvents(PipelineStopToken);
    }
}
