using System.Management.Automation;
using KsmTools.Records;
using KsmTools.Rmap;
using KsmTools.Tracing;
using KsmTools.Tracing.Reading;

namespace KsmTools.Commands;

/// <summary>Shows the walks in a session's buffers, which stay there; with -Follow takes them out as they end.</summary>
[Cmdlet(VerbsCommon.Get, "RmapWalk")]
[OutputType(typeof(RmapWalk))]
public sealed class GetRmapWalkCommand : RmapSessionFollowCommand
{
    /// <inheritdoc/>
    protected override void Process()
    {
        var symbols = new SymbolTable();
        using ITraceReader reader = Until is { } until ? SessionReaders.ConsumeWalks(Session, symbols, until) : SessionReaders.LookAtWalks(Session, symbols);
        new RmapOutput(this, reader) { Follows = Until is not null }.WriteWalks(PipelineStopToken);
    }
}
