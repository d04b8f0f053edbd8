using System.Management.Automation;
using KsmTools.Ksm;

namespace KsmTools.Commands;

/// <summary>What the cmdlets that set knobs share: check, ask, and set under the lock what was asked for.</summary>
public abstract class KsmSettingCommand : KsmChangeCommand
{
    /// <summary>Outputs the settings, or the state, after the change.</summary>
    [Parameter]
    public SwitchParameter PassThru { get; set; }

    /// <summary>Checks a request, asks where a change is to be made, and sets it.</summary>
    /// <param name="request">The knobs to set; null leaves a knob alone.</param>
    /// <param name="force">Do not ask whether there is memory to unmerge.</param>
    /// <param name="confirm">The confirmation, <see cref="Cmdlet.ShouldProcess(string, string)"/> unless given.</param>
    /// <returns>False when the user or <c>-WhatIf</c> said no.</returns>
    private protected bool Set(KsmConfiguration request, bool force = false, Func<string, string, bool>? confirm = null)
    {
        while (true)
        {
            IReadOnlyList<KsmKnobChange> changes = Settings.Plan(request, force);
            if (changes.Count > 0 ? !(confirm ?? ShouldProcess)(Kernel.Locate(KsmConfigurationStore.Folder), string.Join(", ", changes)) : IsWhatIf)
            {
                return changes.Count == 0;
            }

            // What another command had set for a while may be gone by then; then it is another change, to be asked for again.
            if (Settings.TrySet(request, force, changes, Acting))
            {
                return true;
            }
        }
    }
}
