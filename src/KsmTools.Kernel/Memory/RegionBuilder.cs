using KsmTools.Errors;
using KsmTools.Files;
using KsmTools.Interop;
using KsmTools.Ksm;
using KsmTools.Records;
using Microsoft.Win32.SafeHandles;

namespace KsmTools.Memory;

/// <summary>Maps, fills and splits a region, or leaves nothing.</summary>
internal sealed class RegionBuilder(
    KernelTree kernel, RmapPageType pageType, int pageCount, bool splitVma, CancellationToken cancellationToken)
{
    private const int ReadWrite = MemoryCalls.Read | MemoryCalls.Write;

    private readonly int _pageSize = Environment.SystemPageSize;
    private nint _start;

    private nuint Length => (nuint)pageCount * (nuint)_pageSize;

    public RmapRegion Build()
    {
        if (pageType == RmapPageType.Ksm)
        {
            KsmFiles.Require(kernel);
        }

        // The page without access on either side keeps the kernel from joining the region, or its anon_vma, with a neighbour's.
        long reserved = ((long)pageCount + 2) * _pageSize;
        RegionLimits.Check(kernel, (long)Length, (splitVma ? pageCount : 1) + 2, isData: pageType != RmapPageType.File);
        Errno errno = MappedRange.TryReserve(reserved, out MappedRange? range);
        if (range is null)
        {
            throw KernelErrors.ForCall(errno, Text.Format("mmap(NULL, {0}, PROT_NONE)", reserved), null);
        }

        try
        {
            _start = range.Address + _pageSize;
            if (pageType == RmapPageType.File)
            {
                MapFile();
            }
            else
            {
                MapAnonymous();
            }

            if (splitVma)
            {
                Split();
            }

            return new RmapRegion(range, _start, pageType, pageCount, splitVma);
        }
        catch
        {
            range.Dispose();
            throw;
        }
    }

    private void MapAnonymous()
    {
        Check(MemoryCalls.Protect(_start, Length, ReadWrite), "mprotect(PROT_READ|PROT_WRITE)");
        AvoidHugePages();
        KeepFromBalancing();
        if (pageType == RmapPageType.Ksm && MemoryCalls.Advise(_start, Length, MemoryCalls.Mergeable) < 0)
        {
            throw RegionErrors.ForMergeable(MemoryCalls.LastError, kernel);
        }

        var content = new PageContent(pageType);
        for (int page = 0; page < pageCount; page++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            content.Of(page).CopyTo(Page(page));
        }
    }

    private void MapFile()
    {
        using SafeFileHandle file = RegionFile.Create((long)Length);
        RegionFile.Fill(file, new PageContent(pageType), pageCount, cancellationToken);
        nint mapped = MemoryCalls.Map(
            _start, Length, ReadWrite, MemoryCalls.Shared | MemoryCalls.Fixed, (int)file.DangerousGetHandle(), 0);
        Check(mapped == MemoryCalls.Failed ? -1 : 0, "mmap(MAP_SHARED)");
        AvoidHugePages();
        KeepFromBalancing();

        // A read maps the page and leaves it clean.
        for (int page = 0; page < pageCount; page++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            Volatile.Read(ref Page(page)[0]);
        }
    }

    private void Split()
    {
        for (int page = 1; page < pageCount; page += 2)
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (MemoryCalls.Protect(_start + ((nint)page * _pageSize), (nuint)_pageSize, MemoryCalls.Read) < 0)
            {
                throw RegionErrors.ForSplit(MemoryCalls.LastError, page, pageCount);
            }
        }
    }

    // A kernel without transparent huge pages does not know the advice (EINVAL), and has none to avoid.
    private void AvoidHugePages() => _ = MemoryCalls.Advise(_start, Length, MemoryCalls.NoHugePage);

    // NUMA balancing moves pages while they are measured, and on some kernels, 6.1 among them, ksmd and move_pages(2) do not find a page that it waits for an access to: the
    // first such page of a scan keeps all that are like it from merging. Where the kernel refuses there is no balancing, or the region is as good as any other memory.
    private void KeepFromBalancing() => _ = PageCalls.KeepFromBalancing(_start, (nint)Length);

    private static void Check(int result, string call)
    {
        if (result < 0)
        {
            throw KernelErrors.ForCall(MemoryCalls.LastError, call, null);
        }
    }

    private unsafe Span<byte> Page(int page) => new((byte*)_start + ((nint)page * _pageSize), _pageSize);
}
