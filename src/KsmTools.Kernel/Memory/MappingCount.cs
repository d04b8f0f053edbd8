using KsmTools.Errors;
using KsmTools.Files;
using KsmTools.Interop;

namespace KsmTools.Memory;

/// <summary>How many mappings (VMAs) a process has: the number that <c>vm.max_map_count</c> limits.</summary>
internal static class MappingCount
{
    private const string OwnMaps = "/proc/self/maps";

    /// <summary>Counts the lines of this process's maps. No string is made of them: there can be tens of thousands.</summary>
    /// <exception cref="KsmToolsException">The kernel refused.</exception>
    public static int OfThisProcess()
    {
        Errno errno = KernelFile.TryOpen(KernelTree.Running, OwnMaps, out KernelFile? file);
        if (file is null)
        {
            throw KernelErrors.ForFile(errno, OwnMaps, "open");
        }

        using (file)
        {
            byte[] buffer = new byte[64 * 1024];
            long offset = 0;
            int lines = 0;
            while (true)
            {
                errno = file.TryRead(buffer, offset, out int count);
                if (errno != Errno.None)
                {
                    throw KernelErrors.ForFile(errno, OwnMaps, "read");
                }

                if (count == 0)
                {
                    return lines;
                }

                lines += buffer.AsSpan(0, count).Count((byte)'\n');
                offset += count;
            }
        }
    }
}
