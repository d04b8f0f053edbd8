using System.Management.Automation;
using KsmTools.Ksm;

namespace KsmTools.Commands;

/// <summary>Stops ksmd, and with <c>-Unmerge</c> gives every mapping a page of its own again.</summary>
[Cmdlet(VerbsLifecycle.Stop, "Ksm", SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.High)]
[OutputType(typeof(KsmStatus))]
public sealed class StopKsmCommand : KsmSettingCommand
{
    /// <summary>Unmerges all pages of all processes, which takes the memory that merging saved.</summary>
    [Parameter]
    public SwitchParameter Unmerge { get; set; }

    /// <summary>Unmerges without asking, even if the memory available may not be enough for it.</summary>
    [Parameter]
    public SwitchParameter Force { get; set; }

    /// <inheritdoc/>
    protected override void End()
    {
        bool stopped = Unmerge
            ? Set(new KsmConfiguration { Run = KsmRunState.Unmerged }, Force, Force && !Asks ? ShouldProcessQuietly : null)
            : Set(new KsmConfiguration { Run = KsmRunState.Stopped }, confirm: Asks ? null : ShouldProcessQuietly);
        if (stopped && PassThru)
        {
            WriteObject(new KsmStatusReader(Kernel).Read());
        }
    }

    private bool Asks => MyInvocation.BoundParameters.TryGetValue("Confirm", out object? confirm) && (SwitchParameter)confirm;
}
