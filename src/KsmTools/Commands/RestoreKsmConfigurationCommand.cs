using System.Management.Automation;
using KsmTools.Errors;
using KsmTools.Ksm;
using KsmTools.Tracing.Sessions;

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
        RemoveSessions();
        if (settings.PolicyChanges is { } changes && ShouldProcess(Kernel.Locate(KsmConfigurationStore.Folder), MessageText.Format(ModuleMessages.PressureUndoOf, changes)))
        {
            settings.TakeBackPolicy(MyInvocation.MyCommand.Name);
        }

        if (settings.FormerSettings() is null)
        {
            WriteVerbose(ModuleMessages.JournalMissing);
        }
        else if (ShouldProcess(Kernel.Locate(KsmConfigurationStore.Folder), settings.Interrupted ?? MyInvocation.MyCommand.Name))
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

    // The trace of a killed measurement; sessions that people made are theirs.
    private void RemoveSessions()
    {
        var sessions = new TraceSessions(Kernel);
        foreach (string maker in (ReadOnlySpan<string>)["Invoke-RmapBenchmark", "Optimize-Ksm"])
        {
            foreach (TraceSession session in sessions.Left(maker))
            {
                if (ShouldProcess(session.Path, MessageText.Format(ModuleMessages.SessionsOfKilled, maker)))
                {
                    sessions.Remove(session, MyInvocation.MyCommand.Name);
                }
            }
        }
    }
}
