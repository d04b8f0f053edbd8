using System.Runtime.InteropServices;

namespace KsmTools.Interop;

/// <summary>flock(2), which the kernel lets go of when its process dies, however that happens.</summary>
internal static partial class LockCalls
{
    private const int Shared = 1;
    private const int Exclusive = 2;
    private const int DoNotWait = 4;

    /// <summary>Takes the lock on a file, or says at once (EAGAIN) that somebody has it.</summary>
    /// <param name="file">The file.</param>
    public static Errno TryLock(SafeHandle file) => Lock(file, Exclusive | DoNotWait) == 0 ? Errno.None : FileCalls.LastError;

    /// <summary>Takes the lock on a file beside others that do so, or says at once (EAGAIN) that somebody has it alone.</summary>
    /// <param name="file">The file.</param>
    public static Errno TryShare(SafeHandle file) => Lock(file, Shared | DoNotWait) == 0 ? Errno.None : FileCalls.LastError;

    [LibraryImport("libc", EntryPoint = "flock", SetLastError = true)]
    private static partial int Lock(SafeHandle file, int operation);
}
