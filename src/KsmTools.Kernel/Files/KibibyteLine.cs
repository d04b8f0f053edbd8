using System.Globalization;

namespace KsmTools.Files;

/// <summary>Figures in KiB as <c>/proc/meminfo</c>, the <c>smaps</c> files and a node's <c>meminfo</c> have them: <c>MemAvailable:   24684524 kB</c>.</summary>
internal static class KibibyteLine
{
    /// <summary>The figure of the first line of a file that has a key.</summary>
    /// <param name="kernel">The kernel's files.</param>
    /// <param name="path">The file.</param>
    /// <param name="key">The key with its colon.</param>
    /// <returns>Bytes, or null where the file does not say, cannot be read, or is not there.</returns>
    public static long? Find(KernelTree kernel, string path, string key)
    {
        if (kernel.TryReadText(path, out string? text) != Interop.Errno.None)
        {
            return null;
        }

        foreach (ReadOnlySpan<char> line in text.AsSpan().EnumerateLines())
        {
            if (Bytes(line, key) is { } bytes)
            {
                return bytes;
            }
        }

        return null;
    }

    /// <summary>The figure of a line; null where it is another key's, or more than 64 bits of bytes.</summary>
    /// <param name="line">The line; words may stand before the key.</param>
    /// <param name="key">The key with its colon.</param>
    public static long? Bytes(ReadOnlySpan<char> line, string key)
    {
        int at = line.IndexOf(key, StringComparison.Ordinal);
        return at >= 0 && (at == 0 || line[at - 1] == ' ') && line.EndsWith(" kB", StringComparison.Ordinal)
            && long.TryParse(line[(at + key.Length)..^3].Trim(), NumberStyles.None, CultureInfo.InvariantCulture, out long kibibytes) && kibibytes <= long.MaxValue / 1024
                ? kibibytes * 1024
                : null;
    }
}
