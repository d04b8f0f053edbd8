using System.Globalization;
using KsmTools.Files;

namespace KsmTools.Memory.Compaction;

/// <summary>A zone of memory, which the kernel compacts by itself: <c>/proc/zoneinfo</c>, mm/vmstat.c.</summary>
/// <param name="First">Its first frame.</param>
/// <param name="End">The frame behind its last.</param>
internal readonly record struct MemoryZone(long First, long End)
{
    private const string ZoneInfo = "/proc/zoneinfo";

    /// <summary>The zones that have frames; one of all frames where the kernel does not say.</summary>
    /// <param name="kernel">The kernel's files.</param>
    public static IReadOnlyList<MemoryZone> Read(KernelTree kernel)
    {
        var zones = new List<MemoryZone>();
        long spanned = 0;
        foreach (ReadOnlySpan<char> line in (kernel.ReadText(ZoneInfo) ?? string.Empty).AsSpan().EnumerateLines())
        {
            ReadOnlySpan<char> text = line.Trim();
            if (Number(text, "spanned") is { } frames)
            {
                spanned = frames;
            }
            else if (Number(text, "start_pfn:") is { } first && spanned > 0)
            {
                zones.Add(new MemoryZone(first, first + spanned));
                spanned = 0;
            }
        }

        return zones.Count > 0 ? zones : [new MemoryZone(0, long.MaxValue)];
    }

    private static long? Number(ReadOnlySpan<char> line, string name) =>
        line.StartsWith(name, StringComparison.Ordinal) && long.TryParse(line[name.Length..].Trim(), NumberStyles.None, CultureInfo.InvariantCulture, out long number) ? number : null;
}
