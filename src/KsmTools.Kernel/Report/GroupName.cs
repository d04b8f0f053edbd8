using System.Globalization;
using KsmTools.Records;
using KsmTools.Rmap;

namespace KsmTools.Report;

/// <summary>What a group is called: its keys, one after the other, as they are. <see cref="Errors.TerminalText.Escape"/> makes it fit to be shown.</summary>
public static class GroupName
{
    /// <summary>The name of the group of statistics.</summary>
    /// <param name="group">The statistics.</param>
    public static string Of(RmapWalkStatistics group)
    {
        ArgumentNullException.ThrowIfNull(group);
        return Of(group.PageType, group.Command, group.ThreadId, group.Cpu, group.Locked, group.Caller, group.Approximate, group.TimeUnit);
    }

    /// <summary>The name of a group; keys that were not grouped by are null, and without any it is <c>(all)</c>.</summary>
    /// <param name="pageType">The page type.</param>
    /// <param name="command">The thread's name; a thread may have an empty one (prctl(2), <c>PR_SET_NAME</c>).</param>
    /// <param name="threadId">The thread.</param>
    /// <param name="cpu">The CPU.</param>
    /// <param name="locked">Whether the caller held the lock of the reverse mapping.</param>
    /// <param name="caller">The calling function; empty is as null.</param>
    /// <param name="approximate">Whether durations are bounded from below only.</param>
    /// <param name="unit">What durations count.</param>
    public static string Of(RmapPageType? pageType, string? command, int? threadId, int? cpu, bool? locked, string? caller, bool approximate, RmapTimeUnit unit)
    {
        string?[] keys =
        [
            pageType?.ToString(),
            command is "" ? "(no name)" : command,
            threadId is null ? null : string.Create(CultureInfo.InvariantCulture, $"thread {threadId}"),
            cpu is null ? null : string.Create(CultureInfo.InvariantCulture, $"CPU {cpu}"),
            locked switch { null => null, true => "locked", false => "not locked" },
            string.IsNullOrEmpty(caller) ? null : caller,
        ];
        string text = string.Join(", ", keys.Where(key => key is not null));
        return (text.Length > 0 ? text : "(all)") + (approximate ? ", at least" : string.Empty) + (unit == RmapTimeUnit.Ticks ? ", clock steps" : string.Empty);
    }
}
