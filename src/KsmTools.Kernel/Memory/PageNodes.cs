using KsmTools.Files;
using KsmTools.Interop;

namespace KsmTools.Memory;

/// <summary>
/// Asks move_pages(2) which nodes pages are on; nothing is moved. Some kernels, 6.1 among them, say that a page is not in memory while NUMA balancing waits for the next access to
/// it (<c>follow_page</c>, mm/gup.c, passes over <c>pte_protnone</c> there): then the page's frame tells.
/// </summary>
internal sealed class PageNodes(KernelTree kernel)
{
    /// <summary>The most pages asked about in one call, so that Ctrl-C is heeded between calls.</summary>
    public const int Batch = 512;

    private readonly FrameNodes _frames = new(kernel);
    private readonly int _pageSize = PageSize.Of(kernel);

    /// <summary>Asks.</summary>
    /// <param name="id">The process.</param>
    /// <param name="pages">The addresses.</param>
    /// <param name="status">For each the node, or an errno negated: <see cref="Errno.ENOENT"/> for a page that is not in memory, <see cref="Errno.EFAULT"/> for the zero page or no mapping.</param>
    /// <returns><see cref="Errno.None"/>, or what the kernel said.</returns>
    public Errno Query(int id, ReadOnlySpan<nint> pages, Span<int> status)
    {
        int thread = id == Environment.ProcessId ? 0 : ProcessMemory.ThreadOf(kernel, id);
        for (int start = 0; start < pages.Length; start += Batch)
        {
            int count = Math.Min(Batch, pages.Length - start);
            Errno errno = PageCalls.MovePages(thread, pages.Slice(start, count), [], status.Slice(start, count), PageCalls.MoveOwn, out _);
            if (errno != Errno.None)
            {
                return errno;
            }
        }

        if (status.Contains(-(int)Errno.ENOENT))
        {
            AskFrames(id, pages, status);
        }

        return Errno.None;
    }

    private void AskFrames(int id, ReadOnlySpan<nint> pages, Span<int> status)
    {
        using var pagemap = new FrameFile(kernel, ProcessMemory.PathOf(kernel, id, "pagemap"));
        for (int index = 0; index < pages.Length; index++)
        {
            if (status[index] == -(int)Errno.ENOENT && pagemap.Read(pages[index] / _pageSize) is long entry && _frames.Of(new PagemapEntry((ulong)entry).Frame) is int node)
            {
                status[index] = node;
            }
        }
    }
}
