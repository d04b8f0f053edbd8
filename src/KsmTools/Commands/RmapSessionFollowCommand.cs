using System.Diagnostics;
using System.Management.Automation;
using KsmTools.Transformations;

namespace KsmTools.Commands;

/// <summary>What the cmdlets that can follow a session share.</summary>
public abstract class RmapSessionFollowCommand : RmapSessionReadCommand
{
    /// <summary>Waits for more, until Ctrl-C.</summary>
    [Parameter]
    public SwitchParameter Follow { get; set; }

    /// <summary>Waits for more, this long: seconds, or a duration such as 500ms, 90s or 10m.</summary>
    [Parameter]
    [RefuseNull]
    [Duration]
    public TimeSpan? Timeout { get; set; }

    /// <summary>Until when to wait, as a <see cref="Stopwatch"/> time; null gives what is there.</summary>
    private protected long? Until => WaitUntil(Follow, Timeout);
}
