using System.Runtime.InteropServices;
using KsmTools.Errors;
using KsmTools.Files;
using KsmTools.Interop;
using KsmTools.Memory;

namespace KsmTools.Merge;

/// <summary>
/// The page frames behind the anonymous pages of processes in mappings that ksmd may merge, at one moment: beside those of a later moment they say what was freed. The kernel's counters
/// do not: they count every mapping of a KSM page, those too that fork(2) made of a frame that was one before.
/// </summary>
internal sealed class MergeableFrames
{
    private const int EntriesAtATime = 1 << 13;

    private readonly List<long> _own = [];
    private readonly List<long> _shared = [];

    private MergeableFrames()
    {
    }

    /// <summary>Reads them.</summary>
    /// <param name="kernel">The kernel's files.</param>
    /// <param name="ids">The processes.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <returns>Null where frames are hidden (no <c>CAP_SYS_ADMIN</c>), or a process has ended.</returns>
    public static MergeableFrames? Of(KernelTree kernel, IEnumerable<int> ids, CancellationToken cancellation)
    {
        if (!kernel.IsLive)
        {
            return null;
        }

        var frames = new MergeableFrames();
        try
        {
            return ids.Distinct().All(id => frames.TryAdd(kernel, id, cancellation)) ? frames : null;
        }
        catch (KsmToolsException)
        {
            return null;
        }
    }

    /// <summary>Leaves out the frames that others map, too: they stay whatever becomes of these mappings.</summary>
    /// <param name="kernel">The kernel's files.</param>
    public void LeaveOutHeld(KernelTree kernel)
    {
        using var counts = new FrameFile(kernel, ProcessPages.CountFile);
        long[] going = [.. _shared.CountBy(frame => frame).Where(frame => counts.Read(frame.Key) is > 0 and var mapped && mapped <= frame.Value).Select(frame => frame.Key)];
        _shared.Clear();
        _shared.AddRange(going);
    }

    /// <summary>How many of these frames are not among those of later.</summary>
    /// <param name="later">The frames of later.</param>
    public long CountGone(MergeableFrames later)
    {
        HashSet<long> left = [.. later._own, .. later._shared];
        return _own.Concat(_shared).Count(frame => !left.Contains(frame));
    }

    private bool TryAdd(KernelTree kernel, int id, CancellationToken cancellation)
    {
        string path = ProcessMemory.PathOf(kernel, id, "pagemap");
        if (KernelFile.TryOpen(kernel, path, out KernelFile? pagemap) != Errno.None)
        {
            return false;
        }

        using (pagemap)
        {
            return ProcessVmas.Read(kernel, id, cancellation).Where(vma => vma is { IsMergeable: true, AnonymousBytes: > 0 }).All(vma => TryAdd(pagemap!, vma, cancellation));
        }
    }

    private bool TryAdd(KernelFile pagemap, ProcessVma vma, CancellationToken cancellation)
    {
        ulong[] entries = new ulong[EntriesAtATime];
        ulong end = vma.End / (ulong)Environment.SystemPageSize;
        for (ulong page = vma.Start / (ulong)Environment.SystemPageSize; page < end;)
        {
            cancellation.ThrowIfCancellationRequested();
            Span<ulong> wanted = entries.AsSpan(0, (int)Math.Min(end - page, EntriesAtATime));
            if (pagemap.TryRead(MemoryMarshal.AsBytes(wanted), (long)(page * sizeof(ulong)), out int count) != Errno.None || count < sizeof(ulong))
            {
                return false;
            }

            foreach (ulong bits in wanted[..(count / sizeof(ulong))])
            {
                if (!TryAdd(new PagemapEntry(bits)))
                {
                    return false;
                }
            }

            page += (ulong)(count / sizeof(ulong));
        }

        return true;
    }

    private bool TryAdd(PagemapEntry entry)
    {
        if (!entry.IsPresent || entry.IsFile)
        {
            return true;
        }

        if (entry.Frame is not { } frame)
        {
            return false;
        }

        (entry.IsExclusive ? _own : _shared).Add(frame);
        return true;
    }
}
