using System.Globalization;

namespace KsmTools.Tracing.Sessions;

/// <summary>
/// How often kprobe events could not be recorded (<c>kprobe_profile</c>). It names events without their group, but lists them in the order of
/// <c>kprobe_events</c> (both walk the same list in kernel/trace/trace_kprobe.c), which has it.
/// </summary>
internal static class KprobeProfile
{
    /// <summary>The misses of the return probes of a group; null where the kernel does not count.</summary>
    public static long? MissedReturns(TraceFolder tracing, string group) =>
        tracing.ReadText("kprobe_events") is { } events && tracing.ReadText("kprobe_profile") is { } profile ? MissedReturns(events, profile, group) : null;

    /// <summary>The same, by the texts of the two files.</summary>
    public static long? MissedReturns(string events, string profile, string group)
    {
        string[] definitions = events.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        string[] counts = profile.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        if (definitions.Length != counts.Length)
        {
            return null;
        }

        long? missed = null;
        for (int i = 0; i < definitions.Length; i++)
        {
            string[] columns = counts[i].Split(' ', StringSplitOptions.RemoveEmptyEntries);
            if (definitions[i].StartsWith('r') && definitions[i].Contains($":{group}/", StringComparison.Ordinal)
                && columns.Length > 0 && long.TryParse(columns[^1], NumberStyles.None, CultureInfo.InvariantCulture, out long misses))
            {
                missed = misses > long.MaxValue - (missed ?? 0) ? long.MaxValue : (missed ?? 0) + misses;
            }
        }

        return missed;
    }
}
