using System.Management.Automation;
using KsmTools.Records;
using KsmTools.Rmap;
using KsmTools.Tracing;

namespace KsmTools.Commands;

/// <summary>Pairs the starts and ends of walks as they come.</summary>
[Cmdlet(VerbsData.ConvertTo, "RmapWalk")]
[OutputType(typeof(RmapWalk))]
public sealed class ConvertToRmapWalkCommand : KsmToolsCommand
{
    private RmapWalkPairer<WalkWriter>? _pairer;
    private RecordObjects? _objects;

    /// <summary>The events, in the trace's order.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true)]
    [RmapEventTransformation]
    public RmapEvent? InputObject { get; set; }

    /// <inheritdoc/>
    protected override void Begin()
    {
        _objects = new RecordObjects(new SymbolTable());
        _pairer = new RmapWalkPairer<WalkWriter>(new WalkWriter(this, _objects));
    }

    /// <inheritdoc/>
    protected override void Process() => _pairer!.Pair(_objects!.Records(InputObject!));

    /// <inheritdoc/>
    protected override void End()
    {
        _pairer!.Complete();
        TraceReport.TimeBackwards(this, _pairer.TimeBackwards);
        TraceReport.Unmatched(this, _pairer.UnmatchedStarts, _pairer.UnmatchedEnds);
    }
}
