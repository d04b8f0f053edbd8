using System.Management.Automation;
using KsmTools.Transformations;

namespace KsmTools.Commands;

/// <summary>What the cmdlets that read walks share.</summary>
public abstract class WalkReadingCommand : TraceReadingCommand
{
    /// <summary>Only walks that took at least this long: seconds, or a duration such as 50us, 2ms or 1.5s.</summary>
    [Parameter]
    [RefuseNull]
    [Duration(MinimumSeconds = 0)]
    public TimeSpan? MinimumDuration { get; set; }

    private protected override long? LeastDuration => MinimumDuration?.Ticks * TimeSpan.NanosecondsPerTick;
}
