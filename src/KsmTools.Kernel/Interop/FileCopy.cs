using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace KsmTools.Interop;

/// <summary>copy_file_range(2): the kernel copies from file to file, and where the file system can, both share the data.</summary>
internal static unsafe partial class FileCopy
{
    private const int RoomSize = 256 << 10;

    /// <summary>Copies a range of a file to another.</summary>
    /// <param name="from">The file.</param>
    /// <param name="fromOffset">Where the range begins; it must be there.</param>
    /// <param name="to">The other.</param>
    /// <param name="toOffset">Where it comes to.</param>
    /// <param name="length">Its bytes.</param>
    /// <exception cref="IOException">The disk is full, for example.</exception>
    public static void Copy(SafeFileHandle from, long fromOffset, SafeFileHandle to, long toOffset, long length)
    {
        long copied = ByKernel(from, fromOffset, to, toOffset, length);
        if (copied < length)
        {
            ByHand(from, fromOffset + copied, to, toOffset + copied, length - copied);
        }
    }

    private static long ByKernel(SafeFileHandle from, long fromOffset, SafeFileHandle to, long toOffset, long length)
    {
        long left = length;
        while (left > 0)
        {
            nint count = Copy((int)from.DangerousGetHandle(), &fromOffset, (int)to.DangerousGetHandle(), &toOffset, (nuint)left, 0);
            if (count <= 0 && (count == 0 || FileCalls.LastError != Errno.EINTR))
            {
                break;
            }

            left -= Math.Max(0, count);
        }

        return length - left;
    }

    // What the kernel did not copy: a file system or a kernel that cannot. If it was for another reason, this says which.
    private static void ByHand(SafeFileHandle from, long fromOffset, SafeFileHandle to, long toOffset, long length)
    {
        byte[] room = GC.AllocateUninitializedArray<byte>((int)Math.Min(length, RoomSize));
        for (long done = 0; done < length;)
        {
            int read = RandomAccess.Read(from, room.AsSpan(0, (int)Math.Min(room.Length, length - done)), fromOffset + done);
            if (read == 0)
            {
                throw new EndOfStreamException();
            }

            RandomAccess.Write(to, room.AsSpan(0, read), toOffset + done);
            done += read;
        }
    }

    [LibraryImport("libc", EntryPoint = "copy_file_range", SetLastError = true)]
    private static partial nint Copy(int from, long* fromOffset, int to, long* toOffset, nuint count, uint flags);
}
