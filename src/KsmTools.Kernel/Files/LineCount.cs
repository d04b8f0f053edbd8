using KsmTools.Interop;

namespace KsmTools.Files;

/// <summary>Counts the lines of a kernel file. No string is made of them: there can be tens of thousands, such as those of a process's <c>maps</c>.</summary>
internal static class LineCount
{
    private const int Block = 64 * 1024;

    /// <summary>Counts.</summary>
    /// <param name="kernel">The kernel's files.</param>
    /// <param name="path">The file.</param>
    /// <param name="lines">How many there are; as far as it went, where the kernel stopped it.</param>
    /// <returns><see cref="Errno.EFBIG"/> for what is no file of a kernel; else what it said.</returns>
    public static Errno TryCount(KernelTree kernel, string path, out int lines)
    {
        lines = 0;
        Errno errno = KernelFile.TryOpen(kernel, path, out KernelFile? file);
        if (file is null)
        {
            return errno;
        }

        using (file)
        {
            byte[] buffer = new byte[Block];
            for (long offset = 0; ;)
            {
                errno = file.TryRead(buffer, offset, out int count);
                if (errno != Errno.None || count == 0)
                {
                    return errno;
                }

                lines += buffer.AsSpan(0, count).Count((byte)'\n');
                offset += count;
                if (offset > KernelFile.Longest)
                {
                    return Errno.EFBIG;
                }
            }
        }
    }
}
