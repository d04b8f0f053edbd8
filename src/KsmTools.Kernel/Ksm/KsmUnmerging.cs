using KsmTools.Errors;
using KsmTools.Files;

namespace KsmTools.Ksm;

/// <summary>Whether there is memory to unmerge the whole host: each mapping that shares a page, or the zero page, gets a page of its own.</summary>
internal static class KsmUnmerging
{
    /// <summary>Whether there is anything to unmerge: KSM pages, or the zero page in the place of empty ones, which unmerging takes back, too (<c>break_ksm</c>, mm/ksm.c).</summary>
    /// <param name="kernel">The kernel's files.</param>
    public static bool IsNeeded(KernelTree kernel) => kernel.ReadInt64(KsmFiles.PagesShared) is > 0 || kernel.ReadInt64(KsmFiles.ZeroPages) is > 0;

    /// <summary>Why <c>max_page_sharing</c> is not changed where <see cref="IsNeeded"/>: between two values everything is unmerged, zero pages of others, too.</summary>
    /// <param name="kernel">The kernel's files.</param>
    public static string WhyBusy(KernelTree kernel) =>
        Text.Format(Messages.SharingBusy, kernel.ReadInt64(KsmFiles.PagesShared) ?? 0, Math.Max(kernel.ReadInt64(KsmFiles.ZeroPages) ?? 0, 0));

    /// <summary>The refusal to unmerge; null where there is the memory for it, or where the kernel does not say how much there is.</summary>
    /// <param name="kernel">The kernel's files.</param>
    /// <param name="action">What to do about it.</param>
    public static KsmToolsException? Refusal(KernelTree kernel, string action)
    {
        IReadOnlyList<KsmMappings.Holder> holders = KsmMappings.Of(kernel);

        // Each frame that is shared goes with the last of its mappings. The sums of the whole kernel do not know of forks, and processes that cannot be seen from here are only there.
        long mapped = holders.Sum(holder => holder.Pages) - (kernel.ReadInt64(KsmFiles.PagesShared) ?? 0);
        long counted = (kernel.ReadInt64(KsmFiles.PagesSharing) ?? 0) + Math.Max(kernel.ReadInt64(KsmFiles.ZeroPages) ?? 0, 0);
        long pages = Math.Max(mapped, counted);
        long needed = pages * PageSize.Of(kernel);
        return AvailableMemory.ReadBytes(kernel) is { } available && needed > available
            ? new KsmToolsException(
                ErrorReason.MemoryInsufficient, kernel.Locate(KsmFiles.Run), Text.Format(Messages.UnmergeNeedsMemory, pages, needed, available), action)
            : GroupRefusal(kernel, holders, action);
    }

    // The new pages are charged to the control groups of those that get them, not of who asks, and where one of those has no room a process of it is killed.
    private static KsmToolsException? GroupRefusal(KernelTree kernel, IReadOnlyList<KsmMappings.Holder> holders, string action)
    {
        var wanted = new Dictionary<string, (ControlGroupMemory Group, long Pages)>(StringComparer.Ordinal);
        foreach (KsmMappings.Holder holder in holders)
        {
            foreach (ControlGroupMemory group in ControlGroupMemory.Of(kernel, holder.Id))
            {
                wanted[group.LimitFile] = (group, wanted.GetValueOrDefault(group.LimitFile).Pages + holder.Pages);
            }
        }

        int pageSize = PageSize.Of(kernel);
        return wanted.Values.Where(one => one.Pages * pageSize > one.Group.FreeBytes).OrderBy(one => one.Group.FreeBytes).FirstOrDefault() is { Group: { } tight } found
            ? new KsmToolsException(
                ErrorReason.MemoryInsufficient,
                kernel.Locate(tight.LimitFile),
                Text.Format(Messages.UnmergeNeedsGroupMemory, found.Pages, kernel.Locate(tight.Folder), found.Pages * pageSize, tight.FreeBytes, tight.LimitName, tight.LimitBytes),
                action)
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
