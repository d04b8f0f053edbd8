using System.Management.Automation;
using KsmTools.Completers;
using KsmTools.Tracing.Sessions;

namespace KsmTools.Commands;

/// <summary>Takes away sessions of KSM's own events, and with the last one what all of them changed.</summary>
[Cmdlet(VerbsCommon.Remove, "KsmTrace", SupportsShouldProcess = true)]
[OutputType(typeof(void))]
public sealed class RemoveKsmTraceCommand : TraceChangeCommand
{
    /// <summary>The sessions; wildcards are resolved.</summary>
    [Parameter(Position = 0, ValueFromPipelineByPropertyName = true)]
    [ValidateNotNullOrEmpty]
    [SupportsWildcards]
    [ArgumentCompleter(typeof(KsmSessionCompleter))]
    public string[] Name { get; set; } = [DefaultKsmName];

    /// <inheritdoc/>
    protected override void Process() => ForEach(SessionKind.Ksm, Name, MyInvocation.MyCommand.Name, session => Sessions.Remove(session, Acting), withGone: true);
}
