using System.Management.Automation;
using KsmTools.Errors;
using KsmTools.Ksm;
using KsmTools.Tracing.Sessions;

namespace KsmTools.Commands;

/// <summary>Puts back the KSM settings that an interrupted command left changed.</summary>
[Cmdlet(VerbsData.Restore, "KsmConfiguration", SupportsShouldProcess = true)]
[OutputType(typeof(KsmConfiguration))]
public sealed class RestoreKsmConfigurationCommand : KsmChangeCommand
{
    /// <summary>Outputs the settings after the change.</summary>
    [Parameter]
    public SwitchParameter PassThru { get; set; }

    private string Folder => Kernel.Locate(KsmConfigurationStore.Folder);

    /// <inheritdoc/>
    protected override void Begin() => Settings = new KsmSettings(Kernel);

    /// <inheritdoc/>
    protected override void End()
    {
        // What cannot be put back is no reason to leave the rest as it is.
        KsmToolsException? failure = null;
        foreach (Action part in (ReadOnlySpan<Action>)[RemoveSessions, PutBack])
        {
            try
            {
                part();
            }
            catch (KsmToolsException next)
            {
                if (failure is not null)
                {
                    WriteFailure(failure);
                }

                failure = next;
            }
        }

        if (failure is not null)
        {
            throw failure;
        }

        if (PassThru && !IsWhatIf)
        {
            WriteObject(new KsmConfigurationStore(Kernel).Read());
        }
    }

    /// <inheritdoc/>
    private protected override void ReportDamage(KsmToolsException damage) => WriteFailure(damage);

    private void PutBack()
    {
        if (Settings.RestoreAction is not { } action)
        {
            WriteVerbose(ModuleMessages.JournalMissing);
            return;
        }

        if (IsWhatIf)
        {
            Settings.RequireIdle();
        }

        if (ShouldProcess(Folder, action))
        {
            Settings.Restore(Acting);
        }
    }

    // The trace of a killed measurement; sessions that people made are theirs.
    private void RemoveSessions()
    {
        var leftovers = new TraceLeftovers(Kernel);
        foreach (string maker in (ReadOnlySpan<string>)["Invoke-RmapBenchmark", "Optimize-Ksm"])
        {
            foreach (TraceSession session in leftovers.Of(maker))
            {
                if (ShouldProcess(session.Path, MessageText.Format(ModuleMessages.SessionsOfKilled, maker)))
                {
                    leftovers.Remove(session, Acting);
                }
            }
        }

        if (leftovers.HalfDone is { } rest && ShouldProcess(leftovers.Place, rest))
        {
            leftovers.Undo(Acting);
        }
    }
}
