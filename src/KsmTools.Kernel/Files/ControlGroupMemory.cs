using System.Globalization;
using KsmTools.Interop;

namespace KsmTools.Files;

/// <summary>
/// What a control group leaves of its memory, by <c>memory.max</c> and <c>memory.high</c>, or <c>memory.limit_in_bytes</c> of version 1 (Documentation/admin-guide/cgroup-v2.rst
/// and cgroup-v1/memory.rst). Beyond the first and the last the kernel kills; beyond <c>memory.high</c> it stops who allocates, again and again. File pages can be given up first.
/// </summary>
/// <param name="LimitFile">The limit's file.</param>
/// <param name="LimitBytes">The limit.</param>
/// <param name="UsedBytes">What is charged.</param>
/// <param name="ReclaimableBytes">File pages among that.</param>
internal sealed record ControlGroupMemory(string LimitFile, long LimitBytes, long UsedBytes, long ReclaimableBytes)
{
    /// <summary>What can be had.</summary>
    public long FreeBytes => Math.Max(0, LimitBytes - Math.Max(0, UsedBytes - ReclaimableBytes));

    /// <summary>The folder of the group.</summary>
    public string Folder => LimitFile[..LimitFile.LastIndexOf('/')];

    /// <summary>The name of the limit.</summary>
    public string LimitName => LimitFile[(LimitFile.LastIndexOf('/') + 1)..];

    /// <summary>The group that leaves the least: the process's own or one around it.</summary>
    /// <param name="kernel">The kernel's files.</param>
    /// <param name="id">The process; null for this one.</param>
    /// <returns>It, or null where nothing is limited or can be seen to be.</returns>
    public static ControlGroupMemory? Tightest(KernelTree kernel, int? id = null) => Of(kernel, id).MinBy(group => group.FreeBytes);

    /// <summary>All limits that a process's memory has.</summary>
    /// <param name="kernel">The kernel's files.</param>
    /// <param name="id">The process; null for this one.</param>
    public static IEnumerable<ControlGroupMemory> Of(KernelTree kernel, int? id = null)
    {
        foreach (ControlGroupFolders.Hierarchy hierarchy in ControlGroupFolders.Of(kernel, id, "memory"))
        {
            for (int level = 0; level < hierarchy.Folders.Count; level++)
            {
                string folder = hierarchy.Folders[level];

                // Until 5.11 a group of version 1 counted what is in those below it only where it was asked to.
                if (!hierarchy.IsUnified && level > 0 && Number(kernel, folder + "/memory.use_hierarchy") == 0)
                {
                    continue;
                }

                foreach (string limit in hierarchy.IsUnified ? ["memory.max", "memory.high"] : (string[])["memory.limit_in_bytes"])
                {
                    if (Read(kernel, folder, limit, hierarchy.IsUnified) is { } group)
                    {
                        yield return group;
                    }
                }
            }
        }
    }

    /// <summary>How many processes of a group, and of those below it, the kernel has killed for want of memory.</summary>
    /// <param name="kernel">The kernel's files.</param>
    /// <param name="folder">The group's folder.</param>
    public static long KillsIn(KernelTree kernel, string folder)
    {
        const string Key = "oom_kill ";
        return kernel.TryReadText(folder + "/memory.events", out string? text) == Errno.None || kernel.TryReadText(folder + "/memory.oom_control", out text) == Errno.None
            ? text!.Split('\n').FirstOrDefault(line => line.StartsWith(Key, StringComparison.Ordinal)) is { } line
                && long.TryParse(line.AsSpan(Key.Length), NumberStyles.None, CultureInfo.InvariantCulture, out long kills) ? kills : 0
            : 0;
    }

    private static ControlGroupMemory? Read(KernelTree kernel, string folder, string limit, bool isUnified)
    {
        string prefix = isUnified ? string.Empty : "total_";
        return Number(kernel, $"{folder}/{limit}") is long bytes && Number(kernel, folder + (isUnified ? "/memory.current" : "/memory.usage_in_bytes")) is long used
            ? new ControlGroupMemory($"{folder}/{limit}", bytes, used, Statistic(kernel, folder, prefix + "inactive_file ") + Statistic(kernel, folder, prefix + "active_file "))
            : null;
    }

    // "max" is no limit, and so is what is beyond all memory: PAGE_COUNTER_MAX of version 1.
    private static long? Number(KernelTree kernel, string path) =>
        kernel.TryReadText(path, out string? text) == Errno.None && long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out long number) ? number : null;

    private static long Statistic(KernelTree kernel, string folder, string key) =>
        kernel.TryReadText(folder + "/memory.stat", out string? text) == Errno.None
        && text!.Split('\n').FirstOrDefault(line => line.StartsWith(key, StringComparison.Ordinal)) is { } line
        && long.TryParse(line.AsSpan(key.Length), NumberStyles.None, CultureInfo.InvariantCulture, out long bytes)
            ? bytes
            : 0;
}
