using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace KsmTools.Interop;

/// <summary>copy_file_range(2): the kernel copies from file to file, and where the file system can, both share the data.</summary>
internal static unsafe partial class FileCopy
{
    // One call takes less than 2 GiB anyway (MAX_RW_COUNT in include/linux/fs.h).
    private const long AtOnce = 1 << 30;

    /// <summary>Copies the rest of a file to where another one stands; both stand behind it afterwards.</summary>
    /// <param name="from">Where to copy from.</param>
    /// <param name="to">Where to copy to.</param>
    /// <exception cref="IOException">The disk is full, for example.</exception>
    public static void CopyRest(Stream from, Stream to)
    {
        if (from is FileStream source && to is FileStream target)
        {
            source.Flush();
            target.Flush();
            long copied = CopyRest(source.SafeFileHandle, source.Position, target.SafeFileHandle, target.Position, source.Length - source.Position);
            source.Position += copied;
            target.Position += copied;
        }

        // What the kernel did not copy: another file system, an older kernel. If it was for another reason, this says which.
        from.CopyTo(to, 1 << 20);
    }

    private static long CopyRest(SafeFileHandle from, long fromOffset, SafeFileHandle to, long toOffset, long length)
    {
        long left = length;
        while (left > 0)
        {
            nint count = Copy((int)from.DangerousGetHandle(), &fromOffset, (int)to.DangerousGetHandle(), &toOffset, (nuint)Math.Min(left, AtOnce), 0);
            if (count <= 0 && (count == 0 || FileCalls.LastError != Errno.EINTR))
            {
                break;
            }

            left -= Math.Max(0, count);
        }

        return length - left;
    }

    [LibraryImport("libc", EntryPoint = "copy_file_range", SetLastError = true)]
    private static partial nint Copy(int from, long* fromOffset, int to, long* toOffset, nuint count, uint flags);
}
