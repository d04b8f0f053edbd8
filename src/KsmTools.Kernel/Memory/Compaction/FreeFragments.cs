using System.Globalization;
using KsmTools.Files;

namespace KsmTools.Memory.Compaction;

/// <summary>Free memory in small pieces (<c>/proc/buddyinfo</c>): a page that is taken alone is taken from the smallest of them.</summary>
internal static class FreeFragments
{
    private const string BuddyInfo = "/proc/buddyinfo";

    /// <summary>How many pages are free in pieces smaller than a run.</summary>
    /// <param name="kernel">The kernel's files.</param>
    /// <param name="run">Pages of a run.</param>
    public static long Count(KernelTree kernel, int run)
    {
        long pages = 0;
        foreach (string line in (kernel.ReadText(BuddyInfo) ?? string.Empty).Split('\n'))
        {
            // Node 0, zone   Normal   1458    646 ...: by powers of two.
            string[] words = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
            for (int order = 0; order + 4 < words.Length && 1 << order < run; order++)
            {
                pages += long.TryParse(words[order + 4], NumberStyles.None, CultureInfo.InvariantCulture, out long count) ? count << order : 0;
            }
        }

        return pages;
    }
}
