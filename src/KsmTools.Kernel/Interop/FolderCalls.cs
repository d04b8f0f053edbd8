using System.Runtime.InteropServices;
using System.Text;
using Microsoft.Win32.SafeHandles;

namespace KsmTools.Interop;

/// <summary>
/// What is done with names in a folder: openat(2), openat2(2), mkdirat(2), linkat(2), renameat2(2), unlinkat(2), readlinkat(2) relative to a folder that was opened once, so that
/// nobody can put another one in its place meanwhile. In tracefs, making and removing a folder is how instances are made and removed.
/// </summary>
internal static unsafe partial class FolderCalls
{
    /// <summary>AT_FDCWD: paths are as they stand.</summary>
    public const int CurrentFolder = -100;

    /// <summary>AT_SYMLINK_NOFOLLOW.</summary>
    public const int DoNotFollow = 0x100;

    /// <summary>AT_EMPTY_PATH: the descriptor itself is meant.</summary>
    public const int EmptyPath = 0x1000;

    private const int FollowLink = 0x400;
    private const int RemoveFolder = 0x200;
    private const uint OwnerOnly = 0x1C0; // 0700
    private const uint DoNotReplace = 1;
    private const uint Exchange = 2;
    private const int LongestLink = 4096;

    private static readonly nint? RenameNumber = SystemCallNumbers.Rename(RuntimeInformation.ProcessArchitecture);

    public static Errno TryMake(string path) => Make(CurrentFolder, path, OwnerOnly) == 0 ? Errno.None : FileCalls.LastError;

    public static Errno TryRemove(string path) => Remove(CurrentFolder, path, RemoveFolder) == 0 ? Errno.None : FileCalls.LastError;

    /// <summary>Opens, or makes, a file by its name in a folder.</summary>
    /// <param name="folder">The folder; null for a path as it stands.</param>
    /// <param name="name">The name.</param>
    /// <param name="flags">As of <see cref="FileCalls"/>.</param>
    /// <param name="mode">The mode of a new file, less what the user's mask takes.</param>
    /// <param name="file">The file, or null.</param>
    /// <returns><see cref="Errno.None"/>, or what the kernel said.</returns>
    public static Errno TryOpen(SafeFileHandle? folder, string name, int flags, UnixFileMode mode, out SafeFileHandle? file) =>
        Take(Open(Number(folder), name, flags | FileCalls.CloseOnExec, (uint)mode), out file);

    /// <summary>Opens a file below a folder. No link leads out of it: one that begins with a slash begins in that folder.</summary>
    /// <param name="root">The folder.</param>
    /// <param name="path">The path in it.</param>
    /// <param name="flags">As of <see cref="FileCalls"/>.</param>
    /// <param name="file">The file, or null.</param>
    /// <returns><see cref="Errno.None"/>, or what the kernel said.</returns>
    public static Errno TryOpenInside(SafeFileHandle root, string path, int flags, out SafeFileHandle? file)
    {
        // RESOLVE_NO_MAGICLINKS and RESOLVE_IN_ROOT of include/uapi/linux/openat2.h.
        (ulong Flags, ulong Mode, ulong Resolve) how = ((uint)(flags | FileCalls.CloseOnExec), 0, 2 | 0x10);
        return Take((int)OpenInside(SystemCallNumbers.OpenInside, Number(root), path, &how, (nuint)sizeof((ulong, ulong, ulong))), out file);
    }

    /// <summary>Makes a folder in a folder.</summary>
    public static Errno TryMake(SafeFileHandle folder, string name, UnixFileMode mode) => Make(Number(folder), name, (uint)mode) == 0 ? Errno.None : FileCalls.LastError;

    /// <summary>Gives a file without a name one, which must be free.</summary>
    /// <param name="file">The file.</param>
    /// <param name="folder">The folder.</param>
    /// <param name="name">The name.</param>
    /// <returns><see cref="Errno.None"/>, or what the kernel said: <see cref="Errno.EEXIST"/>.</returns>
    public static Errno TryName(SafeFileHandle file, SafeFileHandle folder, string name) =>
        Link(CurrentFolder, $"/proc/self/fd/{file.DangerousGetHandle()}", Number(folder), name, FollowLink) == 0 ? Errno.None : FileCalls.LastError;

    /// <summary>Gives a file another name. A link that has the name goes; what it points to stays as it is.</summary>
    /// <param name="folder">The folder that it is in.</param>
    /// <param name="from">The name.</param>
    /// <param name="toFolder">The folder that it comes to, on the same file system.</param>
    /// <param name="to">The name that it gets there.</param>
    /// <param name="replace">Whether another file may have that name.</param>
    /// <returns><see cref="Errno.None"/>, or what the kernel said.</returns>
    public static Errno TryRename(SafeFileHandle folder, string from, SafeFileHandle toFolder, string to, bool replace)
    {
        Errno errno = TryRename(RenameNumber, folder, from, toFolder, to, replace ? 0 : DoNotReplace);
        if (errno == Errno.None)
        {
            return Errno.None;
        }

        if (replace || errno is not (Errno.EINVAL or Errno.ENOSYS))
        {
            return errno;
        }

        // A file system that cannot do it so, NFS for one.
        return Link(Number(folder), from, Number(toFolder), to, 0) == 0 ? TryDelete(folder, from) : FileCalls.LastError;
    }

    /// <summary>Moves a file to a name that must be free.</summary>
    /// <param name="folder">The folder that it is in.</param>
    /// <param name="from">The name.</param>
    /// <param name="toFolder">The folder that it comes to, on the same file system.</param>
    /// <param name="to">The name that it gets there.</param>
    /// <returns><see cref="Errno.None"/>, or what the kernel said: <see cref="Errno.EEXIST"/>.</returns>
    public static Errno TryMove(SafeFileHandle folder, string from, SafeFileHandle toFolder, string to) =>
        TryRename(RenameNumber, folder, from, toFolder, to, DoNotReplace);

    /// <summary>Has two files change places in one moment.</summary>
    /// <param name="folder">The folder of one.</param>
    /// <param name="name">Its name.</param>
    /// <param name="otherFolder">The folder of the other, on the same file system.</param>
    /// <param name="other">Its name.</param>
    /// <returns><see cref="Errno.None"/>, or what the kernel said: <see cref="Errno.EINVAL"/> of a file system that cannot.</returns>
    public static Errno TryExchange(SafeFileHandle folder, string name, SafeFileHandle otherFolder, string other) =>
        TryRename(RenameNumber, folder, name, otherFolder, other, Exchange);

    /// <summary>Removes an empty folder from a folder.</summary>
    public static Errno TryRemove(SafeFileHandle folder, string name) => Remove(Number(folder), name, RemoveFolder) == 0 ? Errno.None : FileCalls.LastError;

    /// <summary>Takes a file's name away.</summary>
    public static Errno TryDelete(SafeFileHandle folder, string name) => Remove(Number(folder), name, 0) == 0 ? Errno.None : FileCalls.LastError;

    /// <summary>Where a link that was opened itself leads.</summary>
    public static Errno TryReadLink(SafeFileHandle link, out string target) => TryReadLink(Number(link), string.Empty, out target);

    /// <summary>Where a link leads.</summary>
    public static Errno TryReadLink(string path, out string target) => TryReadLink(CurrentFolder, path, out target);

    /// <summary>Whether a file is on a file system that a process runs (FUSE), by fstatfs(2).</summary>
    public static bool IsInUserSpace(SafeFileHandle file)
    {
        // struct statfs has 120 bytes, and the type first; FUSE_SUPER_MAGIC of include/uapi/linux/magic.h.
        long* status = stackalloc long[15];
        return FileSystem(Number(file), status) == 0 && *status == 0x65735546;
    }

    /// <summary>
    /// Whether what has been written to a file once can be written again without new space for it, by fstatfs(2): of file systems that never write to a new place. On others, a
    /// mapping of a file can raise <c>SIGBUS</c> on a full disk, whatever was allocated before.
    /// </summary>
    public static bool IsWrittenInPlace(SafeFileHandle file)
    {
        // EXT4_SUPER_MAGIC (also ext2 and ext3), XFS_SUPER_MAGIC and TMPFS_MAGIC of include/uapi/linux/magic.h.
        long* status = stackalloc long[15];
        return FileSystem(Number(file), status) == 0 && *status is 0xef53 or 0x58465342 or 0x01021994;
    }

    /// <summary>renameat2(2), or renameat(2) where that is enough.</summary>
    /// <param name="number">The call's number; null where none is known: then the kernel is asked for nothing that the other cannot.</param>
    /// <param name="folder">The folder that it is in.</param>
    /// <param name="from">The name.</param>
    /// <param name="toFolder">The folder that it comes to.</param>
    /// <param name="to">The name that it gets there.</param>
    /// <param name="flags">As of renameat2(2).</param>
    /// <returns><see cref="Errno.None"/>, or what the kernel said; <see cref="Errno.ENOSYS"/> where there is no number.</returns>
    internal static Errno TryRename(nint? number, SafeFileHandle folder, string from, SafeFileHandle toFolder, string to, uint flags) => flags == 0
        ? PlainRename(Number(folder), from, Number(toFolder), to) == 0 ? Errno.None : FileCalls.LastError
        : number is not { } known ? Errno.ENOSYS
        : Rename(known, Number(folder), from, Number(toFolder), to, flags) == 0 ? Errno.None : FileCalls.LastError;

    private static Errno TryReadLink(int folder, string name, out string target)
    {
        byte* buffer = stackalloc byte[LongestLink];
        nint length = ReadLink(folder, name, buffer, LongestLink);
        target = length < 0 ? string.Empty : Encoding.UTF8.GetString(buffer, (int)length);
        return length < 0 ? FileCalls.LastError : Errno.None;
    }

    private static int Number(SafeFileHandle? folder) => folder is null ? CurrentFolder : (int)folder.DangerousGetHandle();

    private static Errno Take(int descriptor, out SafeFileHandle? file)
    {
        file = descriptor < 0 ? null : new SafeFileHandle(descriptor, ownsHandle: true);
        return descriptor < 0 ? FileCalls.LastError : Errno.None;
    }

    [LibraryImport("libc", EntryPoint = "openat", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Open(int folder, string name, int flags, uint mode);

    // openat2(2) has no function in the C library before glibc 2.43, and renameat2(2) none in every other one.
    [LibraryImport("libc", EntryPoint = "syscall", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial nint OpenInside(nint number, nint folder, string path, void* how, nuint size);

    [LibraryImport("libc", EntryPoint = "mkdirat", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Make(int folder, string name, uint mode);

    [LibraryImport("libc", EntryPoint = "linkat", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Link(int fromFolder, string from, int toFolder, string to, int flags);

    [LibraryImport("libc", EntryPoint = "syscall", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial nint Rename(nint number, nint fromFolder, string from, nint toFolder, string to, nuint flags);

    [LibraryImport("libc", EntryPoint = "renameat", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int PlainRename(int fromFolder, string from, int toFolder, string to);

    [LibraryImport("libc", EntryPoint = "unlinkat", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Remove(int folder, string name, int flags);

    [LibraryImport("libc", EntryPoint = "readlinkat", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial nint ReadLink(int folder, string name, byte* target, nuint length);

    [LibraryImport("libc", EntryPoint = "fstatfs", SetLastError = true)]
    private static partial int FileSystem(int file, long* status);
}
