using System.Management.Automation;
using KsmTools.Completers;
using KsmTools.Tracing.Sessions;

namespace KsmTools.Commands;

/// <summary>Takes away sessions: instance, probes, and with the last one what all of them changed.</summary>
[Cmdlet(VerbsCommon.Remove, "RmapTrace", SupportsShouldProcess = true)]
[OutputType(typeof(void))]
public sealed class RemoveRmapTraceCommand : TraceChangeCommand
{
    /// <summary>The sessions; wildcards are resolved.</summary>
    [Parameter(Position = 0, ValueFromPipelineByPropertyName = true)]
    [ValidateNotNullOrEmpty]
    [SupportsWildcards]
    [ArgumentCompleter(typeof(RmapSessionCompleter))]
    public string[] Name { get; set; } = [DefaultRmapName];

    /// <inheritdoc/>
    protected override void Process() => ForEach(SessionKind.Rmap, Name, MyInvocation.MyCommand.Name, session => Sessions.Remove(session, Acting), withGone: true);
}
