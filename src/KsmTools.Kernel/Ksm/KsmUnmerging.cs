using KsmTools.Errors;
using KsmTools.Files;
using KsmTools.Interop;

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
            : GroupRefusal(kernel, action);
    }

    // The new pages are charged to the control groups of those that get them, not of who asks, and where one of those has no room a process of it is killed.
    private static KsmToolsException? GroupRefusal(KernelTree kernel, string action)
    {
        var wanted = new Dictionary<string, (ControlGroupMemory Group, long Pages)>(StringComparer.Ordinal);
        foreach (KsmProcess process in MergedProcesses(kernel))
        {
            foreach (ControlGroupMemory group in ControlGroupMemory.Of(kernel, process.Id))
            {
                wanted[group.LimitFile] = (group, wanted.GetValueOrDefault(group.LimitFile).Pages + (process.MergingPages ?? 0) + Math.Max(process.ZeroPages ?? 0, 0));
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

    // One that ends meanwhile needs nothing, and a kernel that says nothing of single processes leaves nothing to check.
    private static IEnumerable<KsmProcess> MergedProcesses(KernelTree kernel)
    {
        var reader = new KsmProcessReader(kernel);
        foreach (int id in ProcessIds.TryList(kernel, out int[] ids) == Errno.None ? ids : [])
        {
            if (reader.TryRead(id, out KsmProcess? process) == Errno.None && process is { MergingPages: > 0 } or { ZeroPages: > 0 })
            {
                yield return process;
            }
        }
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
