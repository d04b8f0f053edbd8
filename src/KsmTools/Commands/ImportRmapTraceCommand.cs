using System.Management.Automation;
using KsmTools.Rmap;
using KsmTools.Tracing;
using KsmTools.Tracing.Reading;

namespace KsmTools.Commands;

/// <summary>Reads the rmap events, or with -AsWalk the walks, of traces.</summary>
[Cmdlet(VerbsData.Import, "RmapTrace", DefaultParameterSetName = "Path")]
[OutputType(typeof(RmapEvent), typeof(RmapWalk))]
public sealed class ImportRmapTraceCommand : ImportTraceCommand
{
    /// <summary>Pairs the events and writes walks.</summary>
    [Parameter]
    public SwitchParameter AsWalk { get; set; }

    private protected override void Import(string file)
    {
        using ITraceReader reader = TraceReaders.OpenWalks(file, Format);
        var output = new RmapOutput(this, reader);
        if (AsWalk)
        {
            output.WriteWalks(PipelineStopToken);
        }
        else
        {
            output.WriteEvents(PipelineStopToken);
        }
    }
}
