using System.Management.Automation;
using KsmTools.Completers;
using KsmTools.Tracing.KsmEvents;
using KsmTools.Tracing.Sessions;
using KsmTools.Transformations;

namespace KsmTools.Commands;

/// <summary>Makes a session of KSM's own events and starts it; one that is there and was made for the same is started again.</summary>
[Cmdlet(VerbsLifecycle.Enable, "KsmTrace", SupportsShouldProcess = true)]
[OutputType(typeof(KsmTraceSession))]
public sealed class EnableKsmTraceCommand : EnableTraceCommand
{
    /// <summary>The session's name.</summary>
    [Parameter(Position = 0)]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(KsmSessionCompleter))]
    public string Name { get; set; } = DefaultKsmName;

    /// <summary>Records these events only; all that this kernel has if not given.</summary>
    [Parameter(Position = 1)]
    [RefuseNull]
    public KsmEventKind[] Event { get; set; } = [];

    /// <inheritdoc/>
    protected override void Process() =>
        Start(Name, request => new KsmTraces(Kernel).Start(request, Event), KsmTraceSession.Of);
}
