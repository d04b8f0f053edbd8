using System.Management.Automation;
using KsmTools.Files;
using KsmTools.Ksm;

namespace KsmTools.Commands;

/// <summary>Writes the KSM settings to a tmpfiles.d file, so that they survive a reboot.</summary>
[Cmdlet(VerbsData.Save, "KsmConfiguration", SupportsShouldProcess = true)]
[OutputType(typeof(FileInfo))]
public sealed class SaveKsmConfigurationCommand : KsmChangeCommand
{
    /// <summary>The file; for systemd to find it, one in /etc/tmpfiles.d that ends in .conf.</summary>
    [Parameter(Mandatory = true, Position = 0)]
    [ValidateNotNullOrEmpty]
    public string Path { get; set; } = string.Empty;

    /// <summary>Replaces a file that is there.</summary>
    [Parameter]
    public SwitchParameter Force { get; set; }

    /// <summary>Outputs the file.</summary>
    [Parameter]
    public SwitchParameter PassThru { get; set; }

    /// <inheritdoc/>
    protected override void End()
    {
        string path = Unresolved(Path);
        if (!ShouldProcess(path, MyInvocation.MyCommand.Name))
        {
            return;
        }

        (KsmConfiguration settings, string? leftOut) = Settings.ReadLasting(Acting);
        string text = KsmTmpfiles.Format(settings);
        if (leftOut is not null)
        {
            WriteWarning(leftOut);
        }

        TextFile.Write(path, text, Force, WholeFile.Readable);
        if (PassThru)
        {
            WriteObject(InvokeProvider.Item.Get([path], force: true, literalPath: true), enumerateCollection: true);
        }
    }
}
