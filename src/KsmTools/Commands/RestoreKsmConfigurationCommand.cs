using System.Management.Automation;
using KsmTools.Ksm;

namespace KsmTools.Commands;

/// <summary>Puts back the KSM settings that an interrupted command left changed.</summary>
[Cmdlet(VerbsData.Restore, "KsmConfiguration", SupportsShouldProcess = true)]
[OutputType(typeof(KsmConfiguration))]
public sealed class RestoreKsmConfigurationCommand : KsmToolsCommand
{
    /// <summary>Outputs the settings after the change.</summary>
    [Parameter]
    public SwitchParameter PassThru { get; set; }

    /// <inheritdoc/>
    protected override void End()
    {
        var settings = new KsmSettings(Kernel);
        if (settings.FormerSettings() is null)
        {
            WriteVerbose(Messages.JournalMissing);
        }
        else if (ShouldProcess(Kernel.Locate(KsmFiles.Folder), settings.Interrupted ?? MyInvocation.MyCommand.Name))
        {
            settings.Restore(MyInvocation.MyCommand.Name);
        }
        else
        {
            return;
        }

        if (PassThru)
        {
            WriteObject(new KsmConfigurationStore(Kernel).Read());
        }
    }
}
