using System.Management.Automation;
using KsmTools.Completers;
using KsmTools.Records;
using KsmTools.Tracing;
using KsmTools.Tracing.KsmEvents;
using KsmTools.Tracing.Reading;
using KsmTools.Tracing.Sessions;
using KsmTools.Transformations;

namespace KsmTools.Commands;

/// <summary>Shows KSM's own events in a session's buffers, which stay there; with -Follow or -Timeout takes them out as they come.</summary>
[Cmdlet(VerbsCommon.Get, "KsmEvent")]
[OutputType(typeof(KsmEvent))]
public sealed class GetKsmEventCommand : TraceReadingCommand
{
    /// <summary>The session.</summary>
    [Parameter(Position = 0, ValueFromPipelineByPropertyName = true)]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(KsmSessionCompleter))]
    public string Name { get; set; } = DefaultKsmName;

    /// <summary>Waits for more, until Ctrl-C.</summary>
    [Parameter]
    public SwitchParameter Follow { get; set; }

    /// <summary>Waits for more, this long: seconds, or a duration such as 500ms, 90s or 10m.</summary>
    [Parameter]
    [RefuseNull]
    [Duration]
    public TimeSpan? Timeout { get; set; }

    /// <inheritdoc/>
    protected override void Process()
    {
        TraceSession session = Sessions.Get(SessionKind.Ksm, Name);
        var symbols = new SymbolTable();
        long? until = WaitUntil(Follow, Timeout);
        ITraceReader opened = until is null ? SessionReaders.LookAtKsm(session, symbols) : SessionReaders.ConsumeKsm(session, symbols, until, Act());
        using ITraceReader reader = opened.OnlyEvents(Filter);
        new KsmOutput(this, reader) { Follows = until is not null }.WriteEvents(PipelineStopToken);
    }
}
