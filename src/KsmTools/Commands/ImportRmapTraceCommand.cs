using System.Management.Automation;
using KsmTools.Errors;
using KsmTools.Records;
using KsmTools.Rmap;
using KsmTools.Tracing;
using KsmTools.Tracing.Reading;
using KsmTools.Transformations;

namespace KsmTools.Commands;

/// <summary>Reads the rmap events, or with -AsWalk the walks, of traces.</summary>
[Cmdlet(VerbsData.Import, "RmapTrace", DefaultParameterSetName = "Path")]
[OutputType(typeof(RmapEvent), typeof(RmapWalk))]
public sealed class ImportRmapTraceCommand : ImportTraceCommand
{
    /// <summary>Pairs the events and writes walks.</summary>
    [Parameter]
    public SwitchParameter AsWalk { get; set; }

    /// <summary>With -AsWalk: only walks that took at least this long, in seconds, or a duration such as 50us, 2ms or 1.5s.</summary>
    [Parameter]
    [Duration(MinimumSeconds = 0)]
    public TimeSpan? MinimumDuration { get; set; }

    private protected override long? LeastDuration => MinimumDuration?.Ticks * TimeSpan.NanosecondsPerTick;

    /// <inheritdoc/>
    protected override void Begin()
    {
        if (MinimumDuration is not null && !AsWalk)
        {
            throw new KsmToolsException(ErrorReason.KnobValueInvalid, MinimumDuration, ModuleMessages.EventsHaveNoDuration, ModuleMessages.EventsHaveNoDurationAction);
        }
    }

    private protected override void Import(IReadOnlyList<string> files)
    {
        var symbols = new SymbolTable();
        using ITraceReader reader = TraceTimelines.Open(files, file => Open(file, symbols), symbols, PipelineStopToken);
        var output = new RmapOutput(this, reader, Filter, files);
        if (AsWalk)
        {
            output.WriteWalks(PipelineStopToken);
        }
        else
        {
            output.WriteEvents(PipelineStopToken);
        }
    }

    private ITraceReader Open(string file, SymbolTable symbols)
    {
        ITraceReader opened = TraceReaders.OpenWalks(file, Format, symbols);
        return AsWalk ? opened.OnlyWalks(Filter) : opened.OnlyEvents(Filter);
    }
}
