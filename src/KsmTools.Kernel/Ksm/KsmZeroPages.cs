using System.Globalization;
using System.Runtime.InteropServices;
using KsmTools.Files;
using KsmTools.Interop;

namespace KsmTools.Ksm;

/// <summary>
/// Counts where the zero page is in memory that KSM may merge. Whether ksmd put it there or a process that read what it never wrote to, only the kernel sees (<c>is_ksm_zero_pte</c>,
/// include/linux/ksm.h): of a copy, whose counter begins at 0, there may be as many as there are zero pages.
/// </summary>
/// <param name="kernel">The kernel's files.</param>
internal sealed class KsmZeroPages(KernelTree kernel)
{
    private const string FlagsFile = "/proc/kpageflags";
    private const int EntriesAtATime = 1 << 13;

    // KPF_ZERO_PAGE of include/uapi/linux/kernel-page-flags.h.
    private const long ZeroPage = 1L << 24;

    // Of the frames that were looked up; some machines have several zero pages (arch/s390/mm/init.c).
    private readonly Dictionary<long, bool> _isZero = [];
    private readonly ulong[] _entries = new ulong[EntriesAtATime];

    /// <summary>How many there are; 0 where nobody can know.</summary>
    /// <param name="id">The process.</param>
    public long CountAtMost(int id)
    {
        int thread = ProcessMemory.ThreadOf(kernel, id);
        if (KernelFile.TryOpen(kernel, ProcessMemory.PathOf(id, thread, "pagemap"), out KernelFile? pagemap) != Errno.None)
        {
            return 0;
        }

        using (pagemap)
        {
            using var flags = new FrameFile(kernel, FlagsFile);
            return MergeableRanges(ProcessMemory.PathOf(id, thread, "smaps")).Sum(range => Count(pagemap!, flags, range.Start, range.End));
        }
    }

    private long Count(KernelFile pagemap, FrameFile flags, ulong start, ulong end)
    {
        ulong pageSize = (ulong)PageSize.Of(kernel);
        long found = 0;
        for (ulong page = start / pageSize; page < end / pageSize;)
        {
            Span<ulong> wanted = _entries.AsSpan(0, (int)Math.Min((end / pageSize) - page, EntriesAtATime));
            if (pagemap.TryRead(MemoryMarshal.AsBytes(wanted), (long)(page * sizeof(ulong)), out int count) != Errno.None || count < sizeof(ulong))
            {
                return found;
            }

            foreach (ulong bits in wanted[..(count / sizeof(ulong))])
            {
                var entry = new PagemapEntry(bits);
                found += entry is { IsPresent: true, IsFile: false, IsExclusive: false, Frame: { } frame } && IsZero(flags, frame) ? 1 : 0;
            }

            page += (ulong)(count / sizeof(ulong));
        }

        return found;
    }

    private bool IsZero(FrameFile flags, long frame)
    {
        if (!_isZero.TryGetValue(frame, out bool isZero))
        {
            isZero = flags.Read(frame) is { } word && (word & ZeroPage) != 0;
            _isZero.Add(frame, isZero);
        }

        return isZero;
    }

    // The mappings with "mg" among their flags.
    private List<(ulong Start, ulong End)> MergeableRanges(string path)
    {
        var ranges = new List<(ulong Start, ulong End)>();
        if (kernel.TryOpen(path, FileCalls.ReadOnly, out Microsoft.Win32.SafeHandles.SafeFileHandle? file) != Errno.None)
        {
            return ranges;
        }

        try
        {
            using var reader = new StreamReader(new FileStream(file!, FileAccess.Read));
            (ulong Start, ulong End) current = default;
            while (reader.ReadLine() is { } line)
            {
                if (TryRange(line, out (ulong, ulong) range))
                {
                    current = range;
                }
                else if (line.StartsWith("VmFlags:", StringComparison.Ordinal) && line.Contains(" mg", StringComparison.Ordinal))
                {
                    ranges.Add(current);
                }
            }
        }
        catch (IOException)
        {
            // It has ended meanwhile.
        }

        return ranges;
    }

    // "7f7e9b1df000-7f7e9b1e0000 rw-p 00000000 00:00 0"
    private static bool TryRange(ReadOnlySpan<char> line, out (ulong Start, ulong End) range)
    {
        range = default;
        int space = line.IndexOf(' ');
        int dash = space < 0 ? -1 : line[..space].IndexOf('-');
        return dash > 0
            && ulong.TryParse(line[..dash], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out range.Start)
            && ulong.TryParse(line[(dash + 1)..space], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out range.End);
    }
}
