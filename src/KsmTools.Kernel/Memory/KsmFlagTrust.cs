using KsmTools.Files;
using KsmTools.Interop;

namespace KsmTools.Memory;

/// <summary>
/// Whether <c>/proc/kpageflags</c> says KSM of merged pages only. Some kernels, 6.12 among them, say it of every anonymous page: <c>stable_page_flags</c>
/// (fs/proc/page.c) looks for any of the two bits of <c>PAGE_MAPPING_KSM</c> there, and one of them means anonymous.
/// </summary>
internal static class KsmFlagTrust
{
    private static readonly Lazy<bool> OfThisKernel = new(AskThisKernel);

    /// <summary>Whether the flag can be trusted; false where nobody can know.</summary>
    /// <param name="kernel">Where the flags are from.</param>
    public static bool Of(KernelTree kernel) => kernel.IsLive && OfThisKernel.Value;

    // An anonymous page that was just made is not merged, whatever else is so.
    private static bool AskThisKernel()
    {
        nuint size = (nuint)Environment.SystemPageSize;
        if (MappedRange.TryReserve((long)size, out MappedRange? range) != Errno.None)
        {
            return false;
        }

        using (range)
        {
            if (MemoryCalls.Protect(range!.Address, size, MemoryCalls.Read | MemoryCalls.Write) < 0)
            {
                return false;
            }

            Touch(range.Address);
            var kernel = new KernelTree("/");
            using var pagemap = new FrameFile(kernel, "/proc/self/pagemap");
            using var flags = new FrameFile(kernel, ProcessPages.FlagsFile);
            long? entry = pagemap.Read(range.Address / (nint)size);
            long? flag = entry is long bits ? flags.Read(new PagemapEntry((ulong)bits).Frame) : null;
            return flag is long known && ((PageFlags)known & (PageFlags.Ksm | PageFlags.Anon)) == PageFlags.Anon;
        }
    }

    private static unsafe void Touch(nint address) => Volatile.Write(ref *(byte*)address, 1);
}
