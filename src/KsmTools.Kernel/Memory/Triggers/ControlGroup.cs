using System.Globalization;
using KsmTools.Files;

namespace KsmTools.Memory.Triggers;

/// <summary>Finds a process's control group (cgroups(7), version 2).</summary>
internal static class ControlGroup
{
    /// <summary>The folder of the group, as this process sees it.</summary>
    /// <param name="kernel">The kernel's files.</param>
    /// <param name="id">The process.</param>
    /// <returns>The folder, or null where there is no hierarchy of version 2, or the process is outside of what is mounted here.</returns>
    public static string? FolderOf(KernelTree kernel, int id)
    {
        string? group = Lines(kernel, string.Create(CultureInfo.InvariantCulture, $"/proc/{id}/cgroup"))
            .FirstOrDefault(line => line.StartsWith("0::/", StringComparison.Ordinal))?[3..];
        if (group is null || group.StartsWith("/..", StringComparison.Ordinal))
        {
            return null;
        }

        foreach (string line in Lines(kernel, "/proc/self/mountinfo"))
        {
            // "35 24 0:30 / /sys/fs/cgroup rw,nosuid - cgroup2 cgroup2 rw"
            string[] words = line.Split(' ');
            int dash = Array.IndexOf(words, "-");
            if (dash > 4 && dash + 1 < words.Length && words[dash + 1] == "cgroup2")
            {
                return words[4] + (group == "/" ? string.Empty : group);
            }
        }

        return null;
    }

    private static string[] Lines(KernelTree kernel, string path) =>
        kernel.TryReadText(path, out string? text) == Interop.Errno.None ? text!.Split('\n') : [];
}
