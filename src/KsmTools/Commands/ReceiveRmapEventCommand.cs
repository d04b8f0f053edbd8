using System.Management.Automation;
using KsmTools.Records;
using KsmTools.Rmap;
using KsmTools.Tracing;
using KsmTools.Tracing.Reading;

namespace KsmTools.Commands;

/// <summary>Takes the events out of a session's buffers, in the order of time, with -Follow as they come.</summary>
[Cmdlet(VerbsCommunications.Receive, "RmapEvent")]
[OutputType(typeof(RmapEvent))]
public sealed class ReceiveRmapEventCommand : RmapSessionFollowCommand
{
    /// <inheritdoc/>
    protected override void Process()
    {
        using ITraceReader reader = SessionReaders.ConsumeWalks(Session, new SymbolTable(), Until, Act()).OnlyEvents(Filter);
        new RmapOutput(this, reader, Filter) { Follows = Until is not null }.WriteEvents(PipelineStopToken);
    }
}
