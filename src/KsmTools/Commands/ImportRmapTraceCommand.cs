using System.Management.Automation;
using KsmTools.Errors;
using KsmTools.Records;
using KsmTools.Rmap;
using KsmTools.Tracing;
using KsmTools.Tracing.Reading;
using KsmTools.Transformations;

namespace KsmTools.Commands;

/// <summary>Reads the rmap events, with -AsWalk the walks, or with -AsWait the waits for locks, of traces.</summary>
[Cmdlet(VerbsData.Import, "RmapTrace", DefaultParameterSetName = "Path")]
[OutputType(typeof(RmapEvent), typeof(RmapWalk), typeof(RmapWait))]
public sealed class ImportRmapTraceCommand : ImportTraceCommand
{
    /// <summary>Pairs the events and writes walks.</summary>
    [Parameter]
    public SwitchParameter AsWalk { get; set; }

    /// <summary>Reads what threads waited for locks, and writes a wait for each begin and end.</summary>
    [Parameter]
    public SwitchParameter AsWait { get; set; }

    /// <summary>With -AsWalk or -AsWait: only those that took at least this long, in seconds, or a duration such as 50us, 2ms or 1.5s.</summary>
    [Parameter]
    [RefuseNull]
    [Duration(MinimumSeconds = 0)]
    public TimeSpan? MinimumDuration { get; set; }

    private protected override long? LeastDuration => MinimumDuration?.Ticks * TimeSpan.NanosecondsPerTick;

    /// <inheritdoc/>
    protected override void Begin()
    {
        if (AsWalk && AsWait)
        {
            throw new KsmToolsException(ErrorReason.KnobValueInvalid, null, ModuleMessages.WalksOrWaits, ModuleMessages.WalksOrWaitsAction);
        }

        if (MinimumDuration is not null && !AsWalk && !AsWait)
        {
            throw new KsmToolsException(ErrorReason.KnobValueInvalid, MinimumDuration, ModuleMessages.EventsHaveNoDuration, ModuleMessages.EventsHaveNoDurationAction);
        }
    }

    private protected override ITraceReader Open(string file, SymbolTable symbols)
    {
        ITraceReader opened = AsWait ? TraceReaders.OpenWaits(file, Format, symbols) : TraceReaders.OpenWalks(file, Format, symbols);
        return AsWalk || AsWait ? opened.OnlyWalks(Filter) : opened.OnlyEvents(Filter);
    }

    private protected override void Write(ITraceReader reader, IReadOnlyList<string> files)
    {
        if (AsWait)
        {
            new WaitOutput(this, reader, Filter, files).WriteWaits(PipelineStopToken);
            return;
        }

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
}
