using System.Runtime.InteropServices;
using KsmTools.Errors;
using KsmTools.Files;
using KsmTools.Interop;
using KsmTools.Records;

namespace KsmTools.Memory;

/// <summary>Reads the pages of a process from pagemap, kpageflags and kpagecount (Documentation/admin-guide/mm/pagemap.rst). Nothing is touched or changed.</summary>
public sealed partial class ProcessPages
{
    internal const string FlagsFile = "/proc/kpageflags";
    internal const string CountFile = "/proc/kpagecount";

    private const PageFlags KnownFlags = (PageFlags)((1L << 27) - 1);

    // Pages that are looked at together: equal frames are found among them.
    private const int Batch = 65_536;

    private readonly KernelTree _kernel;
    private readonly int _pageSize;
    private readonly PageNodes _nodes;
    private readonly FrameNodes _frames;

    /// <summary>A reader of one kernel's pages.</summary>
    /// <param name="kernel">The kernel's files.</param>
    public ProcessPages(KernelTree kernel)
    {
        ArgumentNullException.ThrowIfNull(kernel);
        _kernel = kernel;
        _pageSize = PageSize.Of(kernel);
        _nodes = new PageNodes(kernel);
        _frames = new FrameNodes(kernel);
    }

    /// <summary>The pages from an address on.</summary>
    /// <param name="id">The process.</param>
    /// <param name="address">The address, of any byte of the first page.</param>
    /// <param name="count">How many pages.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="KsmToolsException">
    /// <see cref="ErrorReason.ProcessNotFound"/>; <see cref="ErrorReason.AccessDenied"/>: a process of another user; or what else the kernel said.
    /// </exception>
    public IEnumerable<ProcessPage> Read(int id, long address, int count, CancellationToken cancellationToken = default)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(address);
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        return ReadAll(id, address / _pageSize, count, cancellationToken);
    }

    /// <summary>One page.</summary>
    /// <param name="id">The process.</param>
    /// <param name="address">The address of any byte of it.</param>
    /// <exception cref="KsmToolsException">As <see cref="Read"/>.</exception>
    internal ProcessPage ReadOne(int id, long address) => Read(id, address, 1).First();

    /// <summary>The frames of pages of a process, and nothing else of them; null for a page that is not in memory or whose frame is hidden.</summary>
    /// <exception cref="KsmToolsException">As <see cref="Read"/>.</exception>
    internal long?[] ReadFrames(int id, long address, int count) => Array.ConvertAll(ReadEntries(id, address, count), entry => entry.Frame);

    /// <summary>The entries of pages of a process, and nothing else of them.</summary>
    /// <exception cref="KsmToolsException">As <see cref="Read"/>.</exception>
    internal PagemapEntry[] ReadEntries(int id, long address, int count)
    {
        using KernelFile pagemap = Open(id);
        var entries = new PagemapEntry[count];
        Fill(pagemap, id, address / _pageSize, entries);
        return entries;
    }

    private KernelFile Open(int id)
    {
        string path = ProcessMemory.PathOf(_kernel, id, "pagemap");
        Errno errno = KernelFile.TryOpen(_kernel, path, out KernelFile? pagemap);
        return pagemap ?? throw PageErrors.ForProcessMemory(errno, id, _kernel.Locate(path));
    }

    private IEnumerable<ProcessPage> ReadAll(int id, long firstPage, int count, CancellationToken cancellationToken)
    {
        using (KernelFile pagemap = Open(id))
        using (var flags = new FrameFile(_kernel, FlagsFile))
        using (var counts = new FrameFile(_kernel, CountFile))
        {
            var types = new PageTypes(_kernel, id, firstPage * _pageSize, (firstPage + count) * _pageSize);
            for (int done = 0; done < count; done += Batch)
            {
                cancellationToken.ThrowIfCancellationRequested();
                var entries = new PagemapEntry[Math.Min(Batch, count - done)];
                Fill(pagemap, id, firstPage + done, entries);
                HashSet<long> repeated = Repeated(entries);
                int[]? nodes = _kernel.IsLive ? NodesOf(id, firstPage + done, entries.Length) : null;
                for (int index = 0; index < entries.Length; index++)
                {
                    PagemapEntry entry = entries[index];
                    long at = (firstPage + done + index) * _pageSize;
                    PageFlags? flag = (PageFlags?)flags.Read(entry.Frame) & KnownFlags;
                    RmapPageType? type = types.Of(entry, flag, at, entry.Frame is long frame && repeated.Contains(frame));
                    yield return new ProcessPage
                    {
                        Id = id,
                        Address = at,
                        Present = entry.IsPresent,
                        Swapped = entry.IsSwapped,
                        PageFrame = entry.Frame,
                        Node = nodes?[index] is >= 0 and var node ? node : _frames.Of(entry.Frame),
                        PageType = type,
                        ShareCount = counts.Read(entry.Frame),
                        Flags = type == RmapPageType.Anon ? flag & ~PageFlags.Ksm : flag,
                        IsExclusive = entry.IsExclusive,
                    };
                }
            }
        }
    }

    private static HashSet<long> Repeated(ReadOnlySpan<PagemapEntry> entries)
    {
        var seen = new HashSet<long>();
        var repeated = new HashSet<long>();
        foreach (PagemapEntry entry in entries)
        {
            if (entry.Frame is long frame && !seen.Add(frame))
            {
                repeated.Add(frame);
            }
        }

        return repeated;
    }

    // A kernel thread has no memory and its file no bytes, and behind the last address that a process can have there are none either: entries of zeros say the same.
    private static void Fill(KernelFile pagemap, int id, long firstPage, Span<PagemapEntry> entries)
    {
        Span<byte> rest = MemoryMarshal.AsBytes(entries);
        long offset = firstPage * sizeof(ulong);
        while (!rest.IsEmpty)
        {
            Errno errno = pagemap.TryRead(rest, offset, out int count);
            if (errno != Errno.None)
            {
                throw PageErrors.ForProcessMemory(errno, id, pagemap.Path);
            }

            if (count == 0)
            {
                return;
            }

            rest = rest[count..];
            offset += count;
        }
    }

    private int[]? NodesOf(int id, long firstPage, int count)
    {
        var pages = new nint[count];
        for (int index = 0; index < count; index++)
        {
            pages[index] = (nint)((firstPage + index) * _pageSize);
        }

        int[] nodes = new int[count];
        return _nodes.Query(id, pages, nodes) == Errno.None ? nodes : null;
    }
}
