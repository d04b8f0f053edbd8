using KsmTools.Files;
using KsmTools.Memory;

namespace KsmTools.Potential;

/// <summary>
/// Pages full of zeros that are parts of large folios. Where a large folio is split, its zeros are mapped to the kernel's own zero page in all processes, whatever
/// <c>use_zero_pages</c> says (<c>try_to_map_unused_to_zeropage</c>, mm/migrate.c, 6.12), and ksmd splits the folio of a page that it merges.
/// </summary>
/// <param name="kernel">The kernel's files.</param>
internal sealed class UnusedFrames(KernelTree kernel) : IDisposable
{
    // Of the same series of patches.
    private const string Switch = "/sys/kernel/mm/transparent_hugepage/shrink_underused";

    private readonly FrameFile _flags = new(kernel, ProcessPages.FlagsFile);

    /// <summary>Whether the kernel frees them.</summary>
    public bool AreFreed { get; } = kernel.Exists(Switch);

    /// <summary>Whether a frame that is full of zeros is one; false where nobody says.</summary>
    public bool Has(long? frame) => AreFreed && _flags.Read(frame) is { } flags && ((PageFlags)flags & (PageFlags.CompoundHead | PageFlags.CompoundTail)) != 0;

    public void Dispose() => _flags.Dispose();
}
