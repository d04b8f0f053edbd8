using System.Globalization;
using KsmTools.Files;
using KsmTools.Interop;
using Microsoft.Win32.SafeHandles;

namespace KsmTools.Memory;

/// <summary>
/// How much of each mapping is merged, from the <c>KSM:</c> lines of <c>/proc/pid/smaps</c> (Linux 6.7): the slow way to tell merged pages where the page flags do
/// not. Only mappings in one range of addresses are kept.
/// </summary>
internal sealed class MergedMappings
{
    private readonly List<Mapping> _mappings = [];

    private MergedMappings()
    {
    }

    /// <summary>Reads the mappings of a range. A process that cannot be read has none.</summary>
    /// <param name="kernel">The kernel's files.</param>
    /// <param name="id">The process.</param>
    /// <param name="first">The first address.</param>
    /// <param name="last">The last address.</param>
    public static MergedMappings Read(KernelTree kernel, int id, long first, long last)
    {
        var mappings = new MergedMappings();
        _ = kernel.TryOpen(ProcessMemory.PathOf(kernel, id, "smaps"), FileCalls.ReadOnly, out SafeFileHandle? file);
        if (file is null)
        {
            // The process has ended, or belongs to somebody else: nothing is known.
            return mappings;
        }

        try
        {
            using var reader = new StreamReader(new FileStream(file, FileAccess.Read));
            mappings.Read(reader, (ulong)first, (ulong)last);
        }
        catch (IOException)
        {
            // It has ended meanwhile.
        }

        return mappings;
    }

    /// <summary>Whether the anonymous pages around an address are all merged (true) or none is (false); null for some, or where nobody can know.</summary>
    public bool? AreMerged(long address)
    {
        int index = _mappings.BinarySearch(new Mapping((ulong)address, 0, null, null), Mapping.ByEnd);
        index = index < 0 ? ~index : index + 1;
        return index < _mappings.Count && _mappings[index] is { } mapping && mapping.Start <= (ulong)address
            ? mapping switch
            {
                { Ksm: 0 } => false,
                { Ksm: { } ksm, Anonymous: { } anonymous } when ksm == anonymous => true,
                _ => null,
            }
            : null;
    }

    private void Read(StreamReader reader, ulong first, ulong last)
    {
        Mapping? current = null;
        while (reader.ReadLine() is { } line)
        {
            if (TryHeader(line, out ulong start, out ulong end))
            {
                Add(current, first);
                current = new Mapping(end, start, null, null);
                if (start > last)
                {
                    return;
                }
            }
            else if (current is { } mapping)
            {
                current = mapping with { Anonymous = KibibyteLine.Bytes(line, "Anonymous:") ?? mapping.Anonymous, Ksm = KibibyteLine.Bytes(line, "KSM:") ?? mapping.Ksm };
            }
        }

        Add(current, first);
    }

    private void Add(Mapping? mapping, ulong first)
    {
        if (mapping is { } known && known.End > first)
        {
            _mappings.Add(known);
        }
    }

    // "7f7e9b1df000-7f7e9b1e0000 rw-p 00000000 00:00 0"
    private static bool TryHeader(ReadOnlySpan<char> line, out ulong start, out ulong end)
    {
        int space = line.IndexOf(' ');
        int dash = space < 0 ? -1 : line[..space].IndexOf('-');
        end = 0;
        start = 0;
        return dash > 0
            && ulong.TryParse(line[..dash], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out start)
            && ulong.TryParse(line[(dash + 1)..space], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out end);
    }

    private readonly record struct Mapping(ulong End, ulong Start, long? Anonymous, long? Ksm)
    {
        public static IComparer<Mapping> ByEnd { get; } = Comparer<Mapping>.Create((left, right) => left.End.CompareTo(right.End));
    }
}
