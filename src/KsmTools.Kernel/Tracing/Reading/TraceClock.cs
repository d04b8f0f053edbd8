using KsmTools.Records;

namespace KsmTools.Tracing.Reading;

/// <summary>Trace clocks by name (<c>trace_clock</c>).</summary>
internal static class TraceClock
{
    /// <summary>What a clock's times count: kernel/trace/trace.c's table <c>trace_clocks</c> says which are nanoseconds; <c>tsc2nsec</c> is trace-cmd's.</summary>
    /// <param name="name">The clock's name.</param>
    public static RmapTimeUnit UnitOf(string name) =>
        name is "local" or "global" or "perf" or "mono" or "mono_raw" or "boot" or "tai" or "tsc2nsec" ? RmapTimeUnit.Nanoseconds : RmapTimeUnit.Ticks;

    /// <summary>The clock in use in the text of <c>trace_clock</c>, which stands in brackets; <c>local</c>, the kernel's default, if none does.</summary>
    /// <param name="text">Such as <c>[local] global counter</c>.</param>
    public static string Selected(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        int open = text.IndexOf('[', StringComparison.Ordinal);
        int close = open < 0 ? -1 : text.IndexOf(']', open);
        return close < 0 ? "local" : text[(open + 1)..close];
    }
}
