using System.Management.Automation;
using KsmTools.Records;
using KsmTools.Rmap;
using KsmTools.Tracing;
using KsmTools.Tracing.Reading;
using KsmTools.Transformations;

namespace KsmTools.Commands;

/// <summary>Shows the walks in a session's buffers, which stay there; with -Follow takes them out as they end.</summary>
[Cmdlet(VerbsCommon.Get, "RmapWalk")]
[OutputType(typeof(RmapWalk))]
public sealed class GetRmapWalkCommand : RmapSessionFollowCommand
{
    /// <summary>Only walks that took at least this long: seconds, or a duration such as 50us, 2ms or 1.5s.</summary>
    [Parameter]
    [RefuseNull]
    [Duration(MinimumSeconds = 0)]
    public TimeSpan? MinimumDuration { get; set; }

    private protected override long? LeastDuration => MinimumDuration?.Ticks * TimeSpan.NanosecondsPerTick;

    /// <inheritdoc/>
    protected override void Process()
    {
        var symbols = new SymbolTable();
        ITraceReader opened = Until is { } until ? SessionReaders.ConsumeWalks(Session, symbols, until, Act()) : SessionReaders.LookAtWalks(Session, symbols);
        using ITraceReader reader = opened.OnlyWalks(Filter);
        new RmapOutput(this, reader, Filter) { Follows = Until is not null }.WriteWalks(PipelineStopToken);
    }
}
