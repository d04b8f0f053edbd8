using KsmTools.Errors;
using KsmTools.Files;
using KsmTools.Interop;

namespace KsmTools.Memory;

/// <summary>How many mappings (VMAs) a process has: the number that <c>vm.max_map_count</c> limits.</summary>
internal static class MappingCount
{
    private const string OwnMaps = "/proc/self/maps";

    /// <summary>Counts the lines of this process's maps.</summary>
    /// <exception cref="KsmToolsException">The kernel refused.</exception>
    public static int OfThisProcess()
    {
        Errno errno = LineCount.TryCount(KernelTree.Running, OwnMaps, out int lines);
        return errno == Errno.None ? lines : throw KernelErrors.ForFile(errno, OwnMaps, "read");
    }
}
