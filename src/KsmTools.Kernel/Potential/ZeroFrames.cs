using KsmTools.Files;
using KsmTools.Interop;
using KsmTools.Memory;

namespace KsmTools.Potential;

/// <summary>
/// The page frames of the kernel's own zero pages, small and huge: memory that was read and never written maps them. Nothing can be saved on them, and KSM passes them over.
/// </summary>
internal sealed class ZeroFrames : IDisposable
{
    private readonly FrameFile _flags;
    private readonly NumberSet _zero = new();
    private readonly NumberSet _others = new();

    // A huge page has as many frames as a page table has entries.
    private readonly long _hugeFrames = Environment.SystemPageSize / sizeof(long);

    public ZeroFrames(KernelTree kernel)
    {
        _flags = new FrameFile(kernel, ProcessPages.FlagsFile);
        if (FrameOfUnwrittenPage(kernel) is { } frame)
        {
            _ = _zero.Add((ulong)frame);
        }
    }

    /// <summary>Whether a frame is known to be one.</summary>
    public bool IsKnown(long frame) => _zero.Contains((ulong)frame);

    /// <summary>Whether a frame that is full of zeros is one.</summary>
    public bool IsZeroPage(long frame)
    {
        if (IsKnown(frame) || _others.Contains((ulong)frame))
        {
            return IsKnown(frame);
        }

        bool isZeroPage = _flags.Read(frame) is { } flags && ((PageFlags)flags).HasFlag(PageFlags.ZeroPage);
        if (!isZeroPage)
        {
            _ = _others.Add((ulong)frame);
            return false;
        }

        long first = frame - (frame % _hugeFrames);
        for (long huge = first; huge < first + _hugeFrames; huge++)
        {
            _ = _zero.Add((ulong)huge);
        }

        return true;
    }

    public void Dispose() => _flags.Dispose();

    private static unsafe long? FrameOfUnwrittenPage(KernelTree kernel)
    {
        nuint size = (nuint)Environment.SystemPageSize;
        if (MappedRange.TryReserve((long)size, out MappedRange? range) != Errno.None)
        {
            return null;
        }

        using (range)
        {
            if (MemoryCalls.Protect(range!.Address, size, MemoryCalls.Read) < 0)
            {
                return null;
            }

            _ = Volatile.Read(ref *(byte*)range.Address);
            using var pagemap = new FrameFile(kernel, "/proc/self/pagemap");
            return pagemap.Read(range.Address / (nint)size) is { } entry ? new PagemapEntry((ulong)entry).Frame : null;
        }
    }
}
