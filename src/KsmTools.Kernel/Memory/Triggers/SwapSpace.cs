using KsmTools.Files;
using KsmTools.Records;

namespace KsmTools.Memory.Triggers;

/// <summary>Swap: where pages of no file go when they leave memory.</summary>
internal static class SwapSpace
{
    /// <summary><c>SwapFree</c> of <c>/proc/meminfo</c>.</summary>
    /// <returns>Bytes, or null where the file does not say.</returns>
    public static long? ReadFreeBytes(KernelTree kernel) => KibibyteLine.Find(kernel, AvailableMemory.Path, "SwapFree:");

    /// <summary>Whether a page can leave memory for swap only: anonymous pages, merged ones, and pages of files in memory.</summary>
    public static bool IsNeededBy(ProcessPage page) =>
        page.Flags is { } flags ? (flags & (PageFlags.SwapBacked | PageFlags.Anon)) != 0 : page.PageType != RmapPageType.File;
}
