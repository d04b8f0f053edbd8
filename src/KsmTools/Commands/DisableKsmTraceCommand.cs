using System.Management.Automation;
using KsmTools.Completers;
using KsmTools.Tracing.Sessions;

namespace KsmTools.Commands;

/// <summary>Stops sessions of KSM's own events; their buffers stay readable.</summary>
[Cmdlet(VerbsLifecycle.Disable, "KsmTrace", SupportsShouldProcess = true)]
[OutputType(typeof(KsmTraceSession))]
public sealed class DisableKsmTraceCommand : TraceSessionCommand
{
    /// <summary>The sessions; wildcards are resolved.</summary>
    [Parameter(Position = 0, ValueFromPipelineByPropertyName = true)]
    [ValidateNotNullOrEmpty]
    [SupportsWildcards]
    [ArgumentCompleter(typeof(KsmSessionCompleter))]
    public string[] Name { get; set; } = [DefaultKsmName];

    /// <summary>Outputs the session as it is afterwards.</summary>
    [Parameter]
    public SwitchParameter PassThru { get; set; }

    /// <inheritdoc/>
    protected override void Process() => ForEach(SessionKind.Ksm, Name, MyInvocation.MyCommand.Name, Stop);

    private void Stop(TraceSession session)
    {
        session.Switch(on: false);
        if (PassThru)
        {
            WriteObject(KsmTraceSession.Of(session));
        }
    }
}
