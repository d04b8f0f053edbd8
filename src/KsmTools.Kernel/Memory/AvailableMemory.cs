using System.Globalization;
using KsmTools.Files;

namespace KsmTools.Memory;

/// <summary>What the kernel thinks can be used without swapping.</summary>
internal static class AvailableMemory
{
    public const string Path = "/proc/meminfo";

    /// <summary><c>MemAvailable</c> of <c>/proc/meminfo</c>.</summary>
    /// <param name="kernel">The kernel's files.</param>
    /// <returns>Bytes, or null where the file does not say.</returns>
    public static long? ReadBytes(KernelTree kernel)
    {
        const string Key = "MemAvailable:";
        foreach (ReadOnlySpan<char> line in kernel.ReadText(Path).AsSpan().EnumerateLines())
        {
            if (line.StartsWith(Key, StringComparison.Ordinal))
            {
                ReadOnlySpan<char> figure = line[Key.Length..].Trim();
                int end = figure.IndexOf(' ');
                return long.TryParse(end < 0 ? figure : figure[..end], NumberStyles.None, CultureInfo.InvariantCulture, out long kibibytes)
                    ? kibibytes * 1024
                    : null;
            }
        }

        return null;
    }
}
