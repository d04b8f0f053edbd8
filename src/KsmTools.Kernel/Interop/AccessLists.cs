using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace KsmTools.Interop;

/// <summary>Access control lists (acl(5)) as the kernel keeps them: a new file gets one from its folder, which may give others more than its mode says.</summary>
internal static unsafe partial class AccessLists
{
    private const string Name = "system.posix_acl_access";

    // XATTR_SIZE_MAX of include/uapi/linux/limits.h.
    private const int Longest = 65536;

    /// <summary>Takes the list of a file away, or gives it that of another.</summary>
    /// <param name="file">The file.</param>
    /// <param name="former">The other, by its name in a folder; null for none.</param>
    /// <returns><see cref="Errno.None"/>, or what the kernel said. A file system without lists has none to take away.</returns>
    public static Errno TryReplace(SafeFileHandle file, (SafeFileHandle Folder, string Name)? former)
    {
        byte[] list = new byte[former is null ? 0 : Longest];
        nint length = former is { } other ? Read($"/proc/self/fd/{other.Folder.DangerousGetHandle()}/{other.Name}", Name, list, (nuint)list.Length) : 0;
        bool done = length > 0 ? Write(file, Name, list, (nuint)length, 0) == 0 : Remove(file, Name) == 0;
        Errno errno = done ? Errno.None : FileCalls.LastError;
        return errno is Errno.ENODATA or Errno.EOPNOTSUPP ? Errno.None : errno;
    }

    [LibraryImport("libc", EntryPoint = "lgetxattr", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial nint Read(string path, string name, [Out] byte[] value, nuint size);

    [LibraryImport("libc", EntryPoint = "fsetxattr", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Write(SafeHandle file, string name, byte[] value, nuint size, int flags);

    [LibraryImport("libc", EntryPoint = "fremovexattr", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Remove(SafeHandle file, string name);
}
