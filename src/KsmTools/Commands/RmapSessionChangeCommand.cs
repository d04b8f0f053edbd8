using System.Management.Automation;
using KsmTools.Completers;
using KsmTools.Tracing.Sessions;

namespace KsmTools.Commands;

/// <summary>What the cmdlets that change sessions of rmap events share.</summary>
public abstract class RmapSessionChangeCommand : TraceSessionCommand
{
    /// <summary>The sessions; wildcards are resolved.</summary>
    [Parameter(Position = 0, ValueFromPipelineByPropertyName = true)]
    [ValidateNotNullOrEmpty]
    [SupportsWildcards]
    [ArgumentCompleter(typeof(RmapSessionCompleter))]
    public string[] Name { get; set; } = [DefaultRmapName];

    /// <summary>Outputs the session as it is afterwards.</summary>
    [Parameter]
    public SwitchParameter PassThru { get; set; }

    /// <summary>Changes one of them.</summary>
    private protected abstract void Change(TraceSession session);

    /// <inheritdoc/>
    protected override void Process() => ForEach(SessionKind.Rmap, Name, MyInvocation.MyCommand.Name, session =>
    {
        Change(session);
        if (PassThru)
        {
            WriteObject(RmapTraceSession.Of(session));
        }
    });
}
