using System.Management.Automation;
using KsmTools.Completers;
using KsmTools.Tracing.Sessions;

namespace KsmTools.Commands;

/// <summary>Shows sessions of rmap events, those that other processes left too.</summary>
[Cmdlet(VerbsCommon.Get, "RmapTrace")]
[OutputType(typeof(RmapTraceSession))]
public sealed class GetRmapTraceCommand : TraceSessionCommand
{
    /// <summary>The sessions; wildcards are resolved.</summary>
    [Parameter(Position = 0, ValueFromPipelineByPropertyName = true)]
    [ValidateNotNullOrEmpty]
    [SupportsWildcards]
    [ArgumentCompleter(typeof(RmapSessionCompleter))]
    public string[] Name { get; set; } = ["*"];

    /// <inheritdoc/>
    protected override void Begin()
    {
        base.Begin();
        WarnOfDamage(SessionKind.Rmap);
    }

    /// <inheritdoc/>
    protected override void Process() => WriteObject(Find(SessionKind.Rmap, Name).Select(RmapTraceSession.Of), enumerateCollection: true);
}
