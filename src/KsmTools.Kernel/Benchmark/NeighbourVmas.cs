using KsmTools.Interop;
using KsmTools.Memory;
using KsmTools.Records;

namespace KsmTools.Benchmark;

/// <summary>
/// The last pages of a region, each a VMA of its own whatever the region is: every second one is read-only. A change of the protection of one of those between makes the kernel join and
/// split VMAs, and a new mapping at another's place is put on the anon_vma of its neighbours at its first page: all of that takes the lock that walks hold.
/// </summary>
internal sealed class NeighbourVmas : IDisposable
{
    /// <summary>The fewest pages of a region that has them.</summary>
    public const int FewestPages = 8;

    private const int Count = 6;
    private const int ReadWrite = MemoryCalls.Read | MemoryCalls.Write;

    private readonly RegionHold _hold;
    private readonly RmapPageType _pageType;
    private readonly bool _isSplit;
    private readonly nint _first;
    private readonly nint _pageSize = Environment.SystemPageSize;
    private bool _isReadOnly;

    /// <summary>Makes VMAs of the last pages.</summary>
    /// <param name="region">The region; it stays mapped until this is disposed.</param>
    public NeighbourVmas(RmapRegion region)
    {
        _hold = region.Hold();
        _pageType = region.PageType;
        _isSplit = region.VmaCount > 1;
        PageCount = FirstOf(region.PageCount);
        _first = (nint)region.Address + (PageCount * _pageSize);
        Protect(MemoryCalls.Read);
    }

    /// <summary>How many pages are before them.</summary>
    public int PageCount { get; }

    /// <summary>Which page of a region is the first of them: an even one.</summary>
    /// <param name="pageCount">How many pages the region has.</param>
    public static int FirstOf(int pageCount) => (pageCount - Count) / 2 * 2;

    /// <summary>Changes the protection of one, and the next time back.</summary>
    public void Protect()
    {
        _isReadOnly = !_isReadOnly;
        _ = MemoryCalls.Protect(Page(2), (nuint)_pageSize, _isReadOnly ? MemoryCalls.Read : ReadWrite);
    }

    /// <summary>Maps a page anew where one is mapped: never is there a hole that another thread's mapping could fall into.</summary>
    public void Map()
    {
        if (_pageType == RmapPageType.File)
        {
            // Of a shared mapping, a length of 0 leaves it where it is and makes another of the same page (mremap(2)).
            _ = MemoryCalls.Remap(Page(0), 0, (nuint)_pageSize, MemoryCalls.MoveTo, Page(4));
            return;
        }

        _ = MemoryCalls.Map(Page(4), (nuint)_pageSize, ReadWrite, MemoryCalls.Private | MemoryCalls.Anonymous | MemoryCalls.Fixed, -1, 0);
    }

    /// <summary>Makes the new mapping one as its neighbours are: only such a one is put on their anon_vma (<c>anon_vma_compatible</c>, mm/vma.c).</summary>
    public void Adapt()
    {
        if (_pageType != RmapPageType.File)
        {
            _ = MemoryCalls.Advise(Page(4), (nuint)_pageSize, MemoryCalls.NoHugePage);
            _ = PageCalls.KeepFromBalancing(Page(4), _pageSize);
            if (_pageType == RmapPageType.Ksm)
            {
                _ = MemoryCalls.Advise(Page(4), (nuint)_pageSize, MemoryCalls.Mergeable);
            }
        }
    }

    /// <summary>The first access to the new mapping: a write where pages are anonymous, since a read gives the zero page, which has no reverse mapping.</summary>
    public unsafe void Fault()
    {
        ref byte at = ref *(byte*)Page(4);
        if (_pageType == RmapPageType.File)
        {
            _ = Volatile.Read(ref at);
        }
        else
        {
            Volatile.Write(ref at, 1);
        }
    }

    public void Dispose()
    {
        if (!_isSplit)
        {
            Protect(ReadWrite);
        }

        _hold.Dispose();
    }

    private void Protect(int protection)
    {
        for (int page = 1; page < Count; page += 2)
        {
            _ = MemoryCalls.Protect(Page(page), (nuint)_pageSize, protection);
        }
    }

    private nint Page(int index) => _first + (index * _pageSize);
}
