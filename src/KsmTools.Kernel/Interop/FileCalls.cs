using System.Runtime.InteropServices;

namespace KsmTools.Interop;

/// <summary>pread(2), read(2), write(2), pwrite(2), access(2): kernel files want exactly one call each, which <see cref="FileStream"/> does not promise.</summary>
internal static unsafe partial class FileCalls
{
    public const int ReadOnly = 0;
    public const int WriteOnly = 1;
    public const int ReadWrite = 2;
    public const int Create = 0x40;
    public const int Exclusive = 0x80;
    public const int Truncate = 0x200;
    public const int DoNotBlock = 0x800;
    public const int CloseOnExec = 0x80000;

    /// <summary>O_PATH: the place, and neither to read nor to write.</summary>
    public const int PlaceOnly = 0x200000;

    public const int IsThere = 0;
    public const int MayWrite = 2;
    public const int MayRead = 4;

    /// <summary>O_DIRECTORY, one of the few flags that differ between architectures.</summary>
    public static readonly int Folder = HasOwnFlags ? 0x4000 : 0x10000;

    /// <summary>O_NOFOLLOW.</summary>
    public static readonly int DoNotFollow = HasOwnFlags ? 0x8000 : 0x20000;

    /// <summary>O_TMPFILE: a file without a name in the folder that is opened.</summary>
    public static readonly int Nameless = 0x400000 | Folder;

    // include/uapi/linux/falloc.h.
    private const int KeepSize = 1;
    private const int PunchHole = 2;

    // arch/arm/include/uapi/asm/fcntl.h, that of arm64, and that of powerpc; the others have those of include/uapi/asm-generic/fcntl.h.
    private static bool HasOwnFlags => RuntimeInformation.ProcessArchitecture is Architecture.Arm64 or Architecture.Arm or Architecture.Ppc64le;

    [LibraryImport("libc", EntryPoint = "close", SetLastError = true)]
    public static partial int Close(int descriptor);

    [LibraryImport("libc", EntryPoint = "pread", SetLastError = true)]
    public static partial nint Read(int descriptor, byte* buffer, nuint count, long offset);

    [LibraryImport("libc", EntryPoint = "read", SetLastError = true)]
    public static partial nint ReadNext(int descriptor, byte* buffer, nuint count);

    [LibraryImport("libc", EntryPoint = "write", SetLastError = true)]
    public static partial nint Write(int descriptor, byte* buffer, nuint count);

    [LibraryImport("libc", EntryPoint = "pwrite", SetLastError = true)]
    public static partial nint WriteAt(int descriptor, byte* buffer, nuint count, long offset);

    [LibraryImport("libc", EntryPoint = "access", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int Access(string path, int mode);

    /// <summary>ftruncate(2).</summary>
    [LibraryImport("libc", EntryPoint = "ftruncate", SetLastError = true)]
    public static partial int SetLength(SafeHandle file, long length);

    /// <summary>fallocate(2), FALLOC_FL_KEEP_SIZE: space for a range, written or not yet, so that writing there finds the disk full no more. Its length stays.</summary>
    /// <param name="file">The file.</param>
    /// <param name="offset">Where the range begins.</param>
    /// <param name="length">Its bytes.</param>
    /// <returns><see cref="Errno.None"/>, or what the kernel said: <see cref="Errno.ENOSPC"/>, or <see cref="Errno.EOPNOTSUPP"/> of a file system that cannot.</returns>
    public static Errno TryReserve(SafeHandle file, long offset, long length) => Change(file, KeepSize, offset, length);

    /// <summary>fallocate(2), FALLOC_FL_PUNCH_HOLE: gives the space of a range back; its length stays.</summary>
    /// <param name="file">The file.</param>
    /// <param name="offset">Where the range begins.</param>
    /// <param name="length">Its bytes.</param>
    /// <returns><see cref="Errno.None"/>, or what the kernel said: <see cref="Errno.EOPNOTSUPP"/> of a file system that cannot.</returns>
    public static Errno TryRelease(SafeHandle file, long offset, long length) => Change(file, KeepSize | PunchHole, offset, length);

    /// <summary>posix_fadvise(2): the file is read from its start to its end.</summary>
    public static void AdviseSequential(SafeHandle file) => _ = Advise(file, 0, 0, 2);

    /// <summary>Has reads of a file that was opened with <see cref="DoNotBlock"/> wait for data (fcntl(2), F_SETFL).</summary>
    public static void Block(SafeHandle file) => _ = Control(file, 4, 0);

    /// <summary>fchown(2).</summary>
    [LibraryImport("libc", EntryPoint = "fchown", SetLastError = true)]
    public static partial int ChangeOwner(SafeHandle file, uint userId, uint groupId);

    /// <summary>fchmod(2).</summary>
    [LibraryImport("libc", EntryPoint = "fchmod", SetLastError = true)]
    public static partial int ChangeMode(SafeHandle file, uint mode);

    private static Errno Change(SafeHandle file, int mode, long offset, long length)
    {
        Errno errno;
        do
        {
            errno = Allocate(file, mode, offset, length) == 0 ? Errno.None : LastError;
        }
        while (errno == Errno.EINTR);
        return errno;
    }

    [LibraryImport("libc", EntryPoint = "fallocate", SetLastError = true)]
    private static partial int Allocate(SafeHandle file, int mode, long offset, long length);

    [LibraryImport("libc", EntryPoint = "posix_fadvise")]
    private static partial int Advise(SafeHandle file, long offset, long length, int advice);

    [LibraryImport("libc", EntryPoint = "fcntl", SetLastError = true)]
    private static partial int Control(SafeHandle file, int command, nint argument);

    /// <summary>The error of the last call on this thread.</summary>
    public static Errno LastError => (Errno)Marshal.GetLastPInvokeError();
}
