using System.Management.Automation;
using KsmTools.Errors;
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
        if (!Set(store.Defaults()))
        {
            return;
        }

        KsmConfiguration settings = store.Read();
        if (store.OtherSettings(settings) is { Count: > 0 } others)
        {
            WriteWarning(MessageText.Format(ModuleMessages.OtherStays, string.Join(", ", others)));
        }

        if (PassThru)
        {
            WriteObject(settings);
        }
    }
}
