using System.Management.Automation;
using KsmTools.Rmap;
using KsmTools.Tracing;
using KsmTools.Tracing.Sessions;

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
        using IRmapReader reader = Until is { } until ? RmapSessionReaders.Consume(Session, symbols, until) : RmapSessionReaders.Look(Session, symbols);
        new RmapOutput(this, reader) { Follows = Until is not null }.WriteWalks(PipelineStopToken);
    }
}
