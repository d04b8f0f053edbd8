using System.Runtime.InteropServices;

namespace KsmTools.Interop;

/// <summary>mount(2) and umount2(2), of file systems that the kernel makes itself.</summary>
internal static partial class MountCalls
{
    // include/uapi/linux/mount.h: MS_NOSUID, MS_NODEV, MS_NOEXEC.
    private const nuint Harmless = 2 | 4 | 8;

    /// <summary>Mounts a file system that has no device.</summary>
    /// <param name="type">Its type, which is also what <c>/proc/mounts</c> shows as its source.</param>
    /// <param name="target">The folder.</param>
    public static Errno TryMount(string type, string target) => Mount(type, target, type, Harmless, 0) == 0 ? Errno.None : FileCalls.LastError;

    /// <summary>Takes a file system away if nobody uses it.</summary>
    public static Errno TryUnmount(string target) => Unmount(target, 0) == 0 ? Errno.None : FileCalls.LastError;

    [LibraryImport("libc", EntryPoint = "mount", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Mount(string source, string target, string type, nuint flags, nint data);

    [LibraryImport("libc", EntryPoint = "umount2", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Unmount(string target, int flags);
}
