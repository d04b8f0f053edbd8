using System.Runtime.InteropServices;

namespace KsmTools.Interop;

/// <summary>flock(2), which the kernel lets go of when its process dies, however that happens.</summary>
internal static partial class LockCalls
{
    private const int ReadWrite = 2;
    private const int Create = 0x40;
    private const int Exclusive = 2;
    private const int DoNotWait = 4;
    private const uint Mode = 0x1A4; // 0644

    /// <summary>Opens a file, made if need be, and takes the lock on it or says at once (EAGAIN) that somebody has it.</summary>
    /// <param name="path">The file.</param>
    /// <param name="descriptor">The open file with the lock, or -1.</param>
    public static Errno TryLock(string path, out int descriptor)
    {
        descriptor = Open(path, ReadWrite | Create | FileCalls.CloseOnExec, Mode);
        if (descriptor < 0)
        {
            return FileCalls.LastError;
        }

        if (Lock(descriptor, Exclusive | DoNotWait) == 0)
        {
            return Errno.None;
        }

        Errno errno = FileCalls.LastError;
        _ = FileCalls.Close(descriptor);
        descriptor = -1;
        return errno;
    }

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Open(string path, int flags, uint mode);

    [LibraryImport("libc", EntryPoint = "flock", SetLastError = true)]
    private static partial int Lock(int descriptor, int operation);
}
