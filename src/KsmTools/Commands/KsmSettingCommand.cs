using System.Management.Automation;
using KsmTools.Ksm;

namespace KsmTools.Commands;

/// <summary>What the cmdlets that set knobs share: check, ask, set under the lock.</summary>
public abstract class KsmSettingCommand : KsmCommand
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
        IReadOnlyList<KsmKnobChange> changes = Settings.Plan(request, force);
        if (changes.Count == 0)
        {
            return true;
        }

        if (!(confirm ?? ShouldProcess)(Kernel.Locate(KsmConfigurationStore.Folder), string.Join(", ", changes)))
        {
            return false;
        }

        Settings.Set(request, force, MyInvocation.MyCommand.Name);
        return true;
    }
}
