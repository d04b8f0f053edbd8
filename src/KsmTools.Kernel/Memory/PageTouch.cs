using KsmTools.Files;
using KsmTools.Interop;
using KsmTools.Records;

namespace KsmTools.Memory;

/// <summary>
/// Reads a page as its process would, for which NUMA balancing may wait (see <see cref="PageNodes"/>), and leaves it what it is. process_vm_readv(2) is such an access, but it pins
/// what it reads, and pinning gives a mapping of a shared anonymous page a page of its own (<c>gup_must_unshare</c> since 5.19, include/linux/mm.h, later mm/internal.h): of what KSM
/// has merged it would undo that.
/// </summary>
internal sealed class PageTouch(KernelTree kernel)
{
    private readonly ProcessPages _pages = new(kernel);

    /// <summary>Reads a byte of a page. Whether that was an access is for the caller to find out.</summary>
    /// <param name="id">The process.</param>
    /// <param name="address">The address of the page.</param>
    public void Run(int id, long address)
    {
        // Since 5.14; madvise_populate, mm/madvise.c, reads as the process does, and pins nothing.
        if (id == Environment.ProcessId && MemoryCalls.Advise((nint)address, (nuint)PageSize.Of(kernel), MemoryCalls.PopulateRead) == 0)
        {
            return;
        }

        if (_pages.ReadOne(id, address) is { IsExclusive: true, PageType: not RmapPageType.Ksm })
        {
            PageCalls.Touch(ProcessMemory.ThreadOf(kernel, id), (nint)address);
            return;
        }

        // It does not pin. Kernels that wait for an access to a page that is read so (6.1, FOLL_FORCE in mm/gup.c) say after it that the page is busy.
        _ = KernelFile.TryOpen(kernel, ProcessMemory.PathOf(kernel, id, "mem"), out KernelFile? memory);
        using (memory)
        {
            Span<byte> value = stackalloc byte[1];
            _ = memory?.TryRead(value, address, out _);
        }
    }
}
