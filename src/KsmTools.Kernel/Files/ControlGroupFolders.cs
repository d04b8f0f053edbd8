using KsmTools.Interop;

namespace KsmTools.Files;

/// <summary>Finds the control groups of a process in what is mounted here (cgroups(7)): its own and those that this one is in, up to the root or to what a container sees of it.</summary>
internal static class ControlGroupFolders
{
    /// <summary>A hierarchy that has the process, and where its groups are.</summary>
    /// <param name="IsUnified">Whether it is that of version 2.</param>
    /// <param name="Folders">The process's group first, then those around it.</param>
    public readonly record struct Hierarchy(bool IsUnified, IReadOnlyList<string> Folders);

    /// <summary>The hierarchies of a controller: that of version 1, and that of version 2, of which the controller may be a part. In a hybrid one of them limits nothing.</summary>
    /// <param name="kernel">The kernel's files.</param>
    /// <param name="id">The process; null for this one.</param>
    /// <param name="controller">The controller's name in version 1.</param>
    public static IEnumerable<Hierarchy> Of(KernelTree kernel, int? id, string controller)
    {
        MountTable.Mount[] mounts = [.. MountTable.Read(kernel)];
        foreach (string line in Lines(kernel, id))
        {
            // "4:memory:/docker/5d23..." and, of version 2, "0::/system.slice/a.service"
            string[] fields = line.Split(':', 3);
            bool isUnified = fields is ["0", "", _];
            if (fields.Length == 3 && (isUnified || fields[1].Split(',').Contains(controller))
                && Below(mounts.Where(mount => isUnified ? mount.Type == "cgroup2" : mount.Type == "cgroup" && mount.Options.Contains(controller)), fields[2]) is { } folders)
            {
                yield return new Hierarchy(isUnified, folders);
            }
        }
    }

    /// <summary>The folder of the process's own group of version 2, or null where there is none, or it is outside of what is mounted here.</summary>
    /// <param name="kernel">The kernel's files.</param>
    /// <param name="id">The process.</param>
    public static string? UnifiedOf(KernelTree kernel, int id)
    {
        string? path = Lines(kernel, id).FirstOrDefault(line => line.StartsWith("0::/", StringComparison.Ordinal))?[3..];
        return path is not null && MountTable.Read(kernel).Where(mount => mount.Type == "cgroup2" && Inside(mount, path) is not null)
            .Select(mount => mount.Point + Inside(mount, path)).FirstOrDefault() is { } folder ? folder : null;
    }

    private static string[] Lines(KernelTree kernel, int? id) =>
        kernel.TryReadText(id is null ? "/proc/self/cgroup" : ProcessMemory.PathOf(kernel, id.Value, "cgroup"), out string? text) == Errno.None ? text!.Split('\n') : [];

    // A container without a namespace of its own has a part of the hierarchy mounted, and paths of the whole in /proc/self/cgroup. Of a mount that does not have the path, its top
    // is a group around this one, if any is: there it is asked.
    private static List<string>? Below(IEnumerable<MountTable.Mount> mounts, string path)
    {
        MountTable.Mount? best = null;
        foreach (MountTable.Mount mount in mounts)
        {
            best = best is null || Inside(mount, path) is not null && Inside(best.Value, path) is null ? mount : best;
        }

        if (best is not { } chosen)
        {
            return null;
        }

        var folders = new List<string>();
        string inside = Inside(chosen, path) ?? string.Empty;
        for (; inside.Length > 0; inside = inside[..inside.LastIndexOf('/')])
        {
            folders.Add(chosen.Point + inside);
        }

        folders.Add(chosen.Point);
        return folders;
    }

    // The path below the mount point, without a slash at its end; null where the mount does not have it. "/.." leads out of a namespace.
    private static string? Inside(MountTable.Mount mount, string path)
    {
        string root = mount.Root == "/" ? string.Empty : mount.Root;
        bool isInside = !path.StartsWith("/..", StringComparison.Ordinal) && (path == root || path.StartsWith(root + "/", StringComparison.Ordinal));
        return isInside ? path[root.Length..].TrimEnd('/') : null;
    }
}
