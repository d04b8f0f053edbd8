using System.Globalization;
using KsmTools.Memory;

namespace KsmTools.Tests.Memory;

/// <summary>This process's mappings as the kernel lists them.</summary>
internal static class ProcessMaps
{
    public static IEnumerable<Mapping> All() => File.ReadLines("/proc/self/maps").Select(Parse);

    /// <summary>The lines of <c>/proc/self/maps</c> that lie in a range and can be read: permissions and file.</summary>
    public static IReadOnlyList<Mapping> Of(long address, long length) =>
        [.. All().Where(map => map.Start < address + length && map.End > address && map.Permissions[0] == 'r')];

    public static IReadOnlyList<Mapping> Of(RmapRegion region) => Of(region.Address, region.ByteCount);

    /// <summary>The sum of a field in kB, and the flags of every mapping, of a region's part of <c>/proc/self/smaps</c>.</summary>
    public static (long RssBytes, long HugeBytes, IReadOnlyList<string> Flags) Details(RmapRegion region)
    {
        long rss = 0;
        long huge = 0;
        var flags = new List<string>();
        bool inside = false;
        foreach (string line in File.ReadLines("/proc/self/smaps"))
        {
            if (char.IsAsciiHexDigitLower(line[0]))
            {
                Mapping map = Parse(line);
                inside = map.Start >= region.Address && map.End <= region.Address + region.ByteCount;
            }
            else if (inside && line.StartsWith("Rss:", StringComparison.Ordinal))
            {
                rss += Kilobytes(line);
            }
            else if (inside && (line.StartsWith("AnonHugePages:", StringComparison.Ordinal) || line.StartsWith("FilePmdMapped:", StringComparison.Ordinal)))
            {
                huge += Kilobytes(line);
            }
            else if (inside && line.StartsWith("VmFlags:", StringComparison.Ordinal))
            {
                flags.Add(line["VmFlags:".Length..] + " ");
            }
        }

        return (rss, huge, flags);
    }

    private static long Kilobytes(string line) =>
        1024 * long.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture);

    private static Mapping Parse(string line)
    {
        string[] parts = line.Split(' ', 6, StringSplitOptions.RemoveEmptyEntries);
        string[] range = parts[0].Split('-');
        return new Mapping(
            (long)ulong.Parse(range[0], NumberStyles.HexNumber, CultureInfo.InvariantCulture),
            (long)(ulong.Parse(range[1], NumberStyles.HexNumber, CultureInfo.InvariantCulture) & long.MaxValue),
            parts[1],
            parts.Length > 5 ? parts[5].Trim() : string.Empty);
    }

    internal sealed record Mapping(long Start, long End, string Permissions, string File);
}
