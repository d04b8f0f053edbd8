using System.Management.Automation;
using KsmTools.Ksm;

namespace KsmTools.Commands;

/// <summary>Sets every KSM knob to the kernel's default, which also stops ksmd.</summary>
[Cmdlet(VerbsCommon.Reset, "KsmConfiguration", SupportsShouldProcess = true)]
[OutputType(typeof(KsmConfiguration))]
public sealed class ResetKsmConfigurationCommand : KsmSettingCommand
{
    /// <inheritdoc/>
    protected override void End()
    {
        var store = new KsmConfigurationStore(Kernel);
        if (Set(store.Defaults()) && PassThru)
        {
            WriteObject(store.Read());
        }
    }
}
