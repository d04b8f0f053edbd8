using KsmTools.Errors;
using KsmTools.Files;

namespace KsmTools.Ksm;

/// <summary>Whether there is memory to unmerge the whole host: each mapping that shares a page, or the zero page, gets a page of its own.</summary>
internal static class KsmUnmerging
{
    /// <summary>Whether there is anything to unmerge: KSM pages, or the zero page in the place of empty ones, which unmerging takes back, too (<c>break_ksm</c>, mm/ksm.c).</summary>
    /// <param name="kernel">The kernel's files.</param>
    public static bool IsNeeded(KernelTree kernel) => kernel.ReadInt64(KsmFiles.PagesShared) is > 0 || kernel.ReadInt64(KsmFiles.ZeroPages) is > 0;

    /// <summary>The refusal to unmerge; null where there is the memory for it, or where the kernel does not say how much there is.</summary>
    /// <param name="kernel">The kernel's files.</param>
    /// <param name="action">What to do about it.</param>
    public static KsmToolsException? Refusal(KernelTree kernel, string action)
    {
        long pages = (kernel.ReadInt64(KsmFiles.PagesSharing) ?? 0) + (kernel.ReadInt64(KsmFiles.ZeroPages) ?? 0);
        long needed = pages * PageSize.Of(kernel);
        return AvailableMemory.ReadBytes(kernel) is { } available && needed > available
            ? new KsmToolsException(
                ErrorReason.MemoryInsufficient, kernel.Locate(KsmFiles.Run), Text.Format(Messages.UnmergeNeedsMemory, pages, needed, available), action)
            : null;
    }

    /// <summary>Checks, for a command that has no way to be forced.</summary>
    /// <param name="kernel">The kernel's files.</param>
    /// <exception cref="KsmToolsException"><see cref="ErrorReason.MemoryInsufficient"/>.</exception>
    public static void Require(KernelTree kernel)
    {
        if (Refusal(kernel, Messages.UnmergeWithoutForceAction) is { } refusal)
        {
            throw refusal;
        }
    }
}
