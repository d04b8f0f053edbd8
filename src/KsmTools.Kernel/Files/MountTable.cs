using System.Text.RegularExpressions;
using KsmTools.Interop;

namespace KsmTools.Files;

/// <summary>What is mounted, as this process sees it (<c>/proc/self/mountinfo</c>, Documentation/filesystems/proc.rst).</summary>
internal static partial class MountTable
{
    /// <summary>A line of it.</summary>
    /// <param name="Root">The folder of the file system that is mounted.</param>
    /// <param name="Point">Where.</param>
    /// <param name="Type">What kind of file system it is.</param>
    /// <param name="Options">The file system's own options.</param>
    public readonly record struct Mount(string Root, string Point, string Type, string[] Options);

    /// <summary>All mounts, those on top of others last; none where the table cannot be read.</summary>
    /// <param name="kernel">The kernel's files.</param>
    public static IEnumerable<Mount> Read(KernelTree kernel)
    {
        string[] lines = kernel.TryReadText("/proc/self/mountinfo", out string? text) == Errno.None ? text!.Split('\n') : [];
        foreach (string line in lines)
        {
            // "35 24 0:30 / /sys/fs/cgroup rw,nosuid shared:9 - cgroup2 cgroup2 rw,nsdelegate"
            string[] words = line.Split(' ');
            int dash = Array.IndexOf(words, "-");
            if (dash > 5 && dash + 3 < words.Length)
            {
                yield return new Mount(Unescape(words[3]), Unescape(words[4]), words[dash + 1], words[dash + 3].Split(','));
            }
        }
    }

    /// <summary>The options of the file system that is on top at a mount point; none where there is none of that kind.</summary>
    /// <param name="kernel">The kernel's files.</param>
    /// <param name="point">The mount point.</param>
    /// <param name="type">The kind.</param>
    public static string[] OptionsOf(KernelTree kernel, string point, string type) =>
        Read(kernel).LastOrDefault(mount => mount.Point == point && mount.Type == type).Options ?? [];

    // Spaces, tabs, newlines and backslashes, in octal (mangle, fs/proc_namespace.c).
    private static string Unescape(string word) => Octal().Replace(word, match => ((char)Convert.ToInt32(match.ValueSpan[1..].ToString(), 8)).ToString());

    [GeneratedRegex(@"\\[0-3][0-7]{2}")]
    private static partial Regex Octal();
}
