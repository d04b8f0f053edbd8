using System.Collections;
using System.Management.Automation;
using KsmTools.Benchmark;

namespace KsmTools.Views;

/// <summary>What a bystander saw, as a cell of a table.</summary>
public static class BystanderText
{
    /// <summary>The kind of call that took longest, and how long: <c>mprotect 88.14 ms</c>.</summary>
    /// <param name="calls">The calls of each kind, which may have come from another process; empty or null is empty.</param>
    public static string Longest(object? calls)
    {
        (object? Call, long Maximum)[] known =
        [
            .. ((calls is PSObject list ? list.BaseObject : calls) as IEnumerable ?? Array.Empty<object>()).Cast<object>()
                .Select(PSObject.AsPSObject)
                .Select(item => (item.Properties[nameof(RmapBystanderCalls.Call)]?.Value, item.Properties[nameof(RmapBystanderCalls.MaximumNanoseconds)]?.Value))
                .Where(item => item.Item2 is long)
                .Select(item => (item.Item1, (long)item.Item2!)),
        ];
        if (known.Length == 0)
        {
            return string.Empty;
        }

        (object? call, long maximum) = known.MaxBy(item => item.Maximum);
        return $"{call?.ToString()?.ToLowerInvariant()} {DurationCell.Format(maximum)}";
    }
}
