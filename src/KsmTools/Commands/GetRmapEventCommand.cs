using System.Management.Automation;
using KsmTools.Records;
using KsmTools.Rmap;
using KsmTools.Tracing;
using KsmTools.Tracing.Reading;

namespace KsmTools.Commands;

/// <summary>Shows the events in a session's buffers, which stay there. The kernel shows them to the microsecond.</summary>
[Cmdlet(VerbsCommon.Get, "RmapEvent")]
[OutputType(typeof(RmapEvent))]
public sealed class GetRmapEventCommand : RmapSessionReadCommand
{
    /// <inheritdoc/>
    protected override void Process()
    {
        using ITraceReader reader = SessionReaders.LookAtWalks(Session, new SymbolTable()).OnlyEvents(Filter);
        new RmapOutput(this, reader, Filter).WriteEvents(PipelineStopToken);
    }
}
