using System.Management.Automation;
using KsmTools.Support;

namespace KsmTools.Commands;

/// <summary>Says what this kernel, this machine and this user can do, each with the reason and the remedy.</summary>
[Cmdlet(VerbsDiagnostic.Test, "KsmSupport")]
[OutputType(typeof(KsmCapability))]
public sealed class TestKsmSupportCommand : KsmCommand
{
    /// <inheritdoc/>
    protected override void End() => WriteObject(new KsmSupport(Kernel).Check(), enumerateCollection: true);
}
