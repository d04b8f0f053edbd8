using System.Runtime.InteropServices;

namespace KsmTools.Interop;

/// <summary>flock(2), which the kernel lets go of when its process dies, however that happens.</summary>
internal static partial class LockCalls
{
    private const int Exclusive = 2;
    private const int DoNotWait = 4;

    /// <summary>Takes the lock on an open file, or says at once that somebody has it.</summary>
    public static Errno TryLock(int descriptor) => Lock(descriptor, Exclusive | DoNotWait) == 0 ? Errno.None : FileCalls.LastError;

    [LibraryImport("libc", EntryPoint = "flock", SetLastError = true)]
    private static partial int Lock(int descriptor, int operation);
}
