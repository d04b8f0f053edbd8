using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace KsmTools.Interop;

/// <summary>mount(2) and umount2(2), of file systems that the kernel makes itself.</summary>
internal static partial class MountCalls
{
    // include/uapi/linux/mount.h: FSOPEN_CLOEXEC and FSMOUNT_CLOEXEC, FSCONFIG_CMD_CREATE.
    private const nint CloseOnExec = 1;
    private const nint Create = 6;

    // MS_NOSUID, MS_NODEV, MS_NOEXEC, which are the same numbers as MOUNT_ATTR_*.
    private const nuint Harmless = 2 | 4 | 8;

    /// <summary>Mounts a file system that has no device.</summary>
    /// <param name="type">Its type, which is also what <c>/proc/mounts</c> shows as its source.</param>
    /// <param name="target">The folder.</param>
    public static Errno TryMount(string type, string target) => Mount(type, target, type, Harmless, 0) == 0 ? Errno.None : FileCalls.LastError;

    /// <summary>Takes a file system away if nobody uses it.</summary>
    public static Errno TryUnmount(string target) => Unmount(target, 0) == 0 ? Errno.None : FileCalls.LastError;

    /// <summary>
    /// Opens a file system that has no device without mounting it anywhere: nobody else sees it, and it is gone with the descriptor. It takes the same right as mounting. Since 5.2.
    /// </summary>
    /// <param name="type">Its type.</param>
    /// <param name="folder">Its root, or null.</param>
    /// <returns><see cref="Errno.None"/>, or what the kernel said.</returns>
    public static Errno TryOpen(string type, out SafeFileHandle? folder)
    {
        folder = null;
        using var context = new SafeFileHandle(OpenContext(SystemCallNumbers.OpenFileSystem, type, CloseOnExec), ownsHandle: true);
        Errno errno = context.IsInvalid ? FileCalls.LastError : Errno.None;
        if (errno == Errno.None)
        {
            nint descriptor = context.DangerousGetHandle();
            if (Configure(SystemCallNumbers.ConfigureFileSystem, descriptor, Create, 0, 0, 0) != 0)
            {
                return FileCalls.LastError;
            }

            folder = new SafeFileHandle(Detached(SystemCallNumbers.MountFileSystem, descriptor, CloseOnExec, (nint)Harmless), ownsHandle: true);
            errno = folder.IsInvalid ? FileCalls.LastError : Errno.None;
        }

        if (errno != Errno.None)
        {
            folder?.Dispose();
            folder = null;
        }

        return errno;
    }

    [LibraryImport("libc", EntryPoint = "syscall", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial nint OpenContext(nint number, string type, nint flags);

    [LibraryImport("libc", EntryPoint = "syscall", SetLastError = true)]
    private static partial nint Configure(nint number, nint context, nint command, nint key, nint value, nint auxiliary);

    [LibraryImport("libc", EntryPoint = "syscall", SetLastError = true)]
    private static partial nint Detached(nint number, nint context, nint flags, nint attributes);

    [LibraryImport("libc", EntryPoint = "mount", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Mount(string source, string target, string type, nuint flags, nint data);

    [LibraryImport("libc", EntryPoint = "umount2", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Unmount(string target, int flags);
}
