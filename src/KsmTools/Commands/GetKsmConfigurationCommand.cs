using System.Management.Automation;
using KsmTools.Ksm;

namespace KsmTools.Commands;

/// <summary>Gets every KSM knob of this kernel.</summary>
[Cmdlet(VerbsCommon.Get, "KsmConfiguration")]
[OutputType(typeof(KsmConfiguration))]
public sealed class GetKsmConfigurationCommand : KsmCommand
{
    /// <inheritdoc/>
    protected override void End()
    {
        // Whose they are is asked before and after: a command may begin or end meanwhile.
        string? before = Settings.TemporaryRemark;
        KsmConfiguration settings = new KsmConfigurationStore(Kernel).Read();
        if ((before ?? Settings.TemporaryRemark) is { } remark)
        {
            WriteWarning(remark);
        }

        WriteObject(settings);
    }
}
