using System.Management.Automation;
using KsmTools.Ksm;

namespace KsmTools.Commands;

/// <summary>Gets every KSM knob of this kernel.</summary>
[Cmdlet(VerbsCommon.Get, "KsmConfiguration")]
[OutputType(typeof(KsmConfiguration))]
public sealed class GetKsmConfigurationCommand : KsmCommand
{
    /// <inheritdoc/>
    protected override void End() => WriteObject(WithOwner(new KsmConfigurationStore(Kernel).Read));
}
