using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace KsmTools.Interop;

/// <summary>Files that no folder lists and that are gone with their last descriptor: <c>O_TMPFILE</c> (open(2)) and memfd_create(2).</summary>
internal static partial class NamelessFiles
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;
    private const uint MemoryCloseOnExec = 1;
    private const uint MemoryNotExecutable = 8;
    private const uint MemoryExecutable = 0x10;

    /// <summary>A file on the file system of a folder.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="file">The file, open for reading and writing, or null.</param>
    /// <returns><see cref="Errno.None"/>, or what the kernel said; <see cref="Errno.EOPNOTSUPP"/> where the file system has no such files.</returns>
    public static Errno TryCreate(string folder, out SafeFileHandle? file) =>
        FolderCalls.TryOpen(null, folder, FileCalls.Nameless | FileCalls.ReadWrite, OwnerOnly, out file);

    /// <summary>A file in memory.</summary>
    /// <param name="name">What <c>/proc/pid/maps</c> and <c>/proc/pid/exe</c> call it.</param>
    /// <param name="executable">Whether it can be executed.</param>
    /// <param name="file">The file, open for reading and writing, or null.</param>
    /// <returns>
    /// <see cref="Errno.None"/>, or what the kernel said; <see cref="Errno.EACCES"/> for an executable one where <c>vm.memfd_noexec</c> is 2.
    /// </returns>
    public static Errno TryCreateInMemory(string name, bool executable, out SafeFileHandle? file)
    {
        Errno errno = Take(CreateInMemory(name, MemoryCloseOnExec | (executable ? MemoryExecutable : MemoryNotExecutable)), out file);

        // Kernels before 6.3 know neither flag: there every such file can be executed.
        return errno == Errno.EINVAL ? Take(CreateInMemory(name, MemoryCloseOnExec), out file) : errno;
    }

    /// <summary>Opens the file of a descriptor once more, for reading: a file that is open for writing cannot be executed (<c>ETXTBSY</c>).</summary>
    /// <param name="file">The file.</param>
    /// <param name="readOnly">The second handle, or null.</param>
    /// <returns><see cref="Errno.None"/>, or what the kernel said.</returns>
    public static Errno TryReopen(SafeFileHandle file, out SafeFileHandle? readOnly) =>
        FolderCalls.TryOpen(null, $"/proc/self/fd/{file.DangerousGetHandle()}", FileCalls.ReadOnly, UnixFileMode.None, out readOnly);

    /// <summary>Gives a file its length and the space for it, so that writing to a mapping of it can never raise <c>SIGBUS</c>, unless its file system writes to a new place (<see cref="FolderCalls.IsWrittenInPlace"/>).</summary>
    /// <param name="file">The file.</param>
    /// <param name="length">Bytes.</param>
    /// <returns><see cref="Errno.None"/>, or what the kernel said: <see cref="Errno.ENOSPC"/> on a full file system.</returns>
    public static Errno Allocate(SafeFileHandle file, long length) => (Errno)Allocate((int)file.DangerousGetHandle(), 0, length);

    private static Errno Take(int descriptor, out SafeFileHandle? file)
    {
        file = descriptor < 0 ? null : new SafeFileHandle(descriptor, ownsHandle: true);
        return descriptor < 0 ? FileCalls.LastError : Errno.None;
    }

    [LibraryImport("libc", EntryPoint = "memfd_create", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int CreateInMemory(string name, uint flags);

    // Returns the error number itself and leaves errno alone (posix_fallocate(3)).
    [LibraryImport("libc", EntryPoint = "posix_fallocate")]
    private static partial int Allocate(int descriptor, long offset, long length);
}
