using System.Management.Automation;
using KsmTools.Ksm;

namespace KsmTools.Commands;

/// <summary>Starts ksmd.</summary>
[Cmdlet(VerbsLifecycle.Start, "Ksm", SupportsShouldProcess = true)]
[OutputType(typeof(KsmStatus))]
public sealed class StartKsmCommand : KsmSettingCommand
{
    /// <inheritdoc/>
    protected override void End()
    {
        if (Set(new KsmConfiguration { Run = KsmRunState.Running }) && PassThru)
        {
            WriteObject(new KsmStatusReader(Kernel).Read());
        }
    }
}
