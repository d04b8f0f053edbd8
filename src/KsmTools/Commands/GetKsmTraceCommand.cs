using System.Management.Automation;
using KsmTools.Completers;
using KsmTools.Tracing.Sessions;

namespace KsmTools.Commands;

/// <summary>Shows sessions of KSM's own events, those that other processes left too.</summary>
[Cmdlet(VerbsCommon.Get, "KsmTrace")]
[OutputType(typeof(KsmTraceSession))]
public sealed class GetKsmTraceCommand : TraceSessionCommand
{
    /// <summary>The sessions; wildcards are resolved.</summary>
    [Parameter(Position = 0, ValueFromPipelineByPropertyName = true)]
    [ValidateNotNullOrEmpty]
    [SupportsWildcards]
    [ArgumentCompleter(typeof(KsmSessionCompleter))]
    public string[] Name { get; set; } = ["*"];

    /// <inheritdoc/>
    protected override void Begin()
    {
        base.Begin();
        WarnOfDamage(SessionKind.Ksm);
    }

    /// <inheritdoc/>
    protected override void Process() => WriteObject(Find(SessionKind.Ksm, Name).Select(KsmTraceSession.Of), enumerateCollection: true);
}
