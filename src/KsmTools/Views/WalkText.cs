using System.Globalization;
using System.Management.Automation;
using KsmTools.Errors;
using KsmTools.Records;
using KsmTools.Report;

namespace KsmTools.Views;

/// <summary>What the views of walks and events show in one column.</summary>
public static class WalkText
{
    /// <summary>A kernel address: <c>0xffffea0000233700</c>.</summary>
    /// <param name="address">The address; null is empty.</param>
    public static string Address(ulong? address) => address is { } known ? string.Create(CultureInfo.InvariantCulture, $"0x{known:x}") : string.Empty;

    /// <summary>The CPU, or both where a walk moved.</summary>
    /// <param name="start">Where it began.</param>
    /// <param name="end">Where it ended.</param>
    public static string Cpus(int start, int end) => start == end
        ? start.ToString(CultureInfo.InvariantCulture)
        : string.Create(CultureInfo.InvariantCulture, $"{start}>{end}");

    /// <summary>The group of statistics: its keys, one after the other.</summary>
    /// <param name="pageType">The page type.</param>
    /// <param name="command">The thread name, or null. Not a parameter for text, of which PowerShell makes an empty one of null.</param>
    /// <param name="threadId">The thread.</param>
    /// <param name="cpu">The CPU.</param>
    /// <param name="locked">Whether the caller held the lock.</param>
    /// <param name="caller">The calling function.</param>
    /// <param name="approximate">Whether durations are bounded from below only.</param>
    /// <param name="unit">What durations count.</param>
    public static string Group(RmapPageType? pageType, object? command, int? threadId, int? cpu, bool? locked, string? caller, bool approximate, RmapTimeUnit unit) =>
        TerminalText.Escape(GroupName.Of(pageType, (command is PSObject item ? item.BaseObject : command) as string, threadId, cpu, locked, caller, approximate, unit));

    /// <summary>Unmatched events: starts and ends.</summary>
    /// <param name="starts">Starts; null where nobody can know.</param>
    /// <param name="ends">Ends; null where nobody can know.</param>
    public static string Unmatched(long? starts, long? ends) => starts is null && ends is null
        ? string.Empty
        : string.Create(CultureInfo.InvariantCulture, $"{starts}/{ends}");

    /// <summary>Lost events; with a plus where the kernel did not count them all.</summary>
    /// <param name="count">How many.</param>
    /// <param name="isLowerBound">Whether there may be more.</param>
    public static string Lost(long? count, bool isLowerBound) => count is null
        ? string.Empty
        : string.Create(CultureInfo.InvariantCulture, $"{count}{(isLowerBound ? "+" : string.Empty)}");

    /// <summary>What a session has lost, in all ways that the kernel counts.</summary>
    /// <param name="overrun">Events that newer ones have overwritten.</param>
    /// <param name="dropped">Events for which there was no room.</param>
    /// <param name="missedReturns">Returns that a probe missed; null where nobody counts them.</param>
    public static string Lost(long overrun, long dropped, long? missedReturns) => Lost(overrun + dropped + (missedReturns ?? 0), isLowerBound: false);

    /// <summary>What a list shows of a histogram.</summary>
    /// <param name="buckets">How many buckets it has.</param>
    public static string Buckets(int buckets) => string.Create(CultureInfo.InvariantCulture, $"{buckets} buckets");
}
