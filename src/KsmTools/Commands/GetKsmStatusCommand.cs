using System.Management.Automation;
using KsmTools.Ksm;

namespace KsmTools.Commands;

/// <summary>Gets KSM's counters, what they save and cost, and why nothing merges if nothing does.</summary>
[Cmdlet(VerbsCommon.Get, "KsmStatus")]
[OutputType(typeof(KsmStatus))]
public sealed class GetKsmStatusCommand : KsmCommand
{
    /// <inheritdoc/>
    protected override void End() => WriteObject(WithOwner(() => new KsmStatusReader(Kernel) { LooksAtProcesses = true }.ReadTwice(PipelineStopToken)));
}
