using System.Management.Automation;
using KsmTools.Files;
using KsmTools.Transformations;

namespace KsmTools.Commands;

/// <summary>What the cmdlets that make or remove trace sessions, and take the lock for it, share.</summary>
public abstract class TraceChangeCommand : TraceSessionCommand
{
    /// <summary>How long to wait for another command that makes or removes sessions: seconds, or a duration such as 500ms, 90s or 00:01:30.</summary>
    [Parameter]
    [Duration(MinimumSeconds = 0)]
    public TimeSpan LockTimeout { get; set; }

    /// <summary>This command, as the library sees it.</summary>
    private protected ActingCommand Acting => Act(LockTimeout);
}
