using KsmTools.Errors;
using KsmTools.Files;
using KsmTools.Interop;
using KsmTools.Records;

namespace KsmTools.Memory;

/// <summary>
/// A test mapping in this process, every page of it in memory. It is unmapped by <see cref="Dispose"/>, by the garbage collector
/// once nothing refers to it, and by the end of the process.
/// </summary>
public sealed class RmapRegion : IDisposable
{
    private readonly MappedRange _range;

    internal RmapRegion(MappedRange range, long address, RmapPageType pageType, int pageCount, bool splitVma)
    {
        _range = range;
        Address = address;
        PageType = pageType;
        PageCount = pageCount;
        VmaCount = splitVma ? pageCount : 1;
    }

    /// <summary>The process that holds it: this one.</summary>
    public int Id { get; } = Environment.ProcessId;

    /// <summary>The address of its first page.</summary>
    public long Address { get; }

    /// <summary>The kind of its pages. KSM pages are ordinary anonymous pages until ksmd has merged them.</summary>
    public RmapPageType PageType { get; }

    /// <summary>How many pages it has.</summary>
    public int PageCount { get; private set; }

    /// <summary>How many mappings (VMAs) it was made of: one, or one per page when split.</summary>
    public int VmaCount { get; }

    /// <summary>The size of a page in bytes.</summary>
    public int PageSize { get; } = Environment.SystemPageSize;

    /// <summary>Its size in bytes.</summary>
    public long ByteCount => (long)PageCount * PageSize;

    /// <summary>Whether it has been unmapped.</summary>
    public bool IsRemoved => _range.IsClosed;

    /// <summary>Maps a region, fills its pages and splits it. When it fails nothing stays mapped.</summary>
    /// <param name="kernel">Where the limits are read.</param>
    /// <param name="pageType">The kind of pages.</param>
    /// <param name="pageCount">How many, 1 or more.</param>
    /// <param name="splitVma">
    /// Whether to make every second page read-only with mprotect(2), which leaves one VMA per page, all on one anon_vma.
    /// </param>
    /// <param name="cancellationToken">Gives up, leaving nothing.</param>
    /// <exception cref="KsmToolsException">
    /// <see cref="ErrorReason.MemoryInsufficient"/>: memory or <c>vm.max_map_count</c> does not allow it.
    /// <see cref="ErrorReason.KsmNotSupported"/>: KSM pages on a kernel without <c>CONFIG_KSM</c>.
    /// </exception>
    public static RmapRegion Create(
        KernelTree kernel, RmapPageType pageType, int pageCount, bool splitVma, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(kernel);
        ArgumentOutOfRangeException.ThrowIfLessThan(pageCount, 1);
        return new RegionBuilder(kernel, pageType, pageCount, splitVma, cancellationToken).Build();
    }

    /// <summary>Moves the second half of its pages, which are even in number and not split, over the first with mremap(2): they are all that is left of it.</summary>
    /// <exception cref="KsmToolsException">The kernel refused; the region is of no use then.</exception>
    internal void MoveSecondHalfOverFirst()
    {
        PageCount /= 2;
        nint half = (nint)ByteCount;
        Errno errno = _range.TryMoveDown((nint)Address + half, (nint)Address, (nuint)half);
        if (errno != Errno.None)
        {
            throw KernelErrors.ForCall(errno, Text.Format("mremap(0x{0:x}, 0x{1:x}, MREMAP_MAYMOVE|MREMAP_FIXED)", Address + half, Address), null);
        }
    }

    /// <summary>Reads a byte of some pages, which brings back what was paged out.</summary>
    /// <param name="first">The first of them, from 0.</param>
    /// <param name="count">How many pages.</param>
    /// <returns>False where the region was removed.</returns>
    internal unsafe bool TryTouch(int first, int count)
    {
        bool added = false;
        try
        {
            _range.DangerousAddRef(ref added);
            for (int page = first; page < first + count; page++)
            {
                _ = Volatile.Read(ref *(byte*)(Address + ((long)page * PageSize)));
            }
        }
        catch (ObjectDisposedException)
        {
            return false;
        }
        finally
        {
            if (added)
            {
                _range.DangerousRelease();
            }
        }

        return true;
    }

    /// <summary>Keeps it mapped until what this returns is disposed, also where it is removed meanwhile.</summary>
    /// <exception cref="ObjectDisposedException">It was removed.</exception>
    internal RegionHold Hold() => new(_range);

    /// <summary>Unmaps it. Once is enough; more does no harm.</summary>
    public void Dispose() => _range.Dispose();
}
