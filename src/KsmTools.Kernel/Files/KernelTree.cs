using System.Text;
using KsmTools.Errors;
using KsmTools.Interop;
using Microsoft.Win32.SafeHandles;

namespace KsmTools.Files;

/// <summary>
/// The files of a kernel under one root: the running kernel's at <c>/</c>, or a captured tree that <c>KSMTOOLS_ROOT</c> points at.
/// Every path given here is the kernel's own (<c>/sys/kernel/mm/ksm/run</c>). Nothing is created here: a file that is missing is one that this kernel lacks.
/// A captured tree may be anybody's: its links lead nowhere but into it, and what is no ordinary file there is not opened.
/// </summary>
public partial class KernelTree
{
    /// <summary>The environment variable that names another root.</summary>
    public const string RootVariable = "KSMTOOLS_ROOT";

    /// <summary>The tree below a folder.</summary>
    /// <param name="root">The folder; <c>/</c> is the running kernel.</param>
    public KernelTree(string root)
    {
        ArgumentException.ThrowIfNullOrEmpty(root);
        Root = System.IO.Path.TrimEndingDirectorySeparator(System.IO.Path.GetFullPath(root));
    }

    /// <summary>The folder, <c>/</c> for the running kernel.</summary>
    public string Root { get; }

    /// <summary>Whether this is the running kernel.</summary>
    public bool IsLive => Root == "/";

    /// <summary>The tree that <c>KSMTOOLS_ROOT</c> names, or the running kernel's.</summary>
    public static KernelTree FromEnvironment()
    {
        string? root = Environment.GetEnvironmentVariable(RootVariable);
        return new KernelTree(string.IsNullOrEmpty(root) ? "/" : root);
    }

    /// <summary>The running kernel.</summary>
    internal static KernelTree Running { get; } = new("/");

    /// <summary>Where a kernel path is in the file system, for people: what is opened is found by <see cref="TryOpen"/>.</summary>
    /// <param name="path">The kernel's own absolute path.</param>
    public string Locate(string path) => IsLive ? path : Root + path;

    /// <summary>Opens an ordinary file, or one of the kernel's.</summary>
    /// <param name="path">The kernel's own absolute path.</param>
    /// <param name="flags">As of <see cref="FileCalls"/>.</param>
    /// <param name="file">The open file, or null.</param>
    /// <returns><see cref="Errno.None"/>, or what the kernel said; <see cref="Errno.EINVAL"/> for what is no file.</returns>
    internal Errno TryOpen(string path, int flags, out SafeFileHandle? file)
    {
        if (IsLive)
        {
            return FolderCalls.TryOpen(null, path, flags, UnixFileMode.None, out file);
        }

        Errno errno = TryOpenInside(path, flags | FileCalls.DoNotBlock, out file);
        if (errno == Errno.None && (FileStatus.TryGet(file!, out FileStatus status) != Errno.None || status.Kind != FileKind.Ordinary))
        {
            file!.Dispose();
            file = null;
            return Errno.EINVAL;
        }

        return errno;
    }

    /// <summary>Opens a folder, or finds it only.</summary>
    /// <param name="path">The kernel's own absolute path.</param>
    /// <param name="flags">As of <see cref="FileCalls"/>.</param>
    /// <param name="folder">The folder, or null.</param>
    /// <returns><see cref="Errno.None"/>, or what the kernel said.</returns>
    internal Errno TryOpenFolder(string path, int flags, out SafeFileHandle? folder) => IsLive
        ? FolderCalls.TryOpen(null, path, flags | FileCalls.Folder, UnixFileMode.None, out folder)
        : TryOpenInside(path, flags | FileCalls.Folder, out folder);

    /// <summary>Whether a file or folder is there.</summary>
    /// <param name="path">The kernel's own absolute path.</param>
    internal bool Exists(string path) => Access(path, FileCalls.IsThere) == Errno.None;

    /// <summary>Whether this user may write a file, by the kernel's word (access(2)) and without writing.</summary>
    /// <param name="path">The kernel's own absolute path.</param>
    internal bool IsWritable(string path) => Access(path, FileCalls.MayWrite) == Errno.None;

    /// <summary>Checks that this user may write a file, without writing.</summary>
    /// <param name="path">The kernel's own absolute path.</param>
    /// <exception cref="KsmToolsException">The kernel would refuse.</exception>
    internal void RequireWritable(string path)
    {
        Errno errno = Access(path, FileCalls.MayWrite);
        if (errno != Errno.None)
        {
            throw KernelErrors.ForFile(errno, Locate(path), "write");
        }
    }

    /// <summary>What the kernel would say to this user (access(2)).</summary>
    /// <param name="path">The kernel's own absolute path.</param>
    /// <param name="mode">As of <see cref="FileCalls"/>.</param>
    /// <returns><see cref="Errno.None"/>, or what the kernel said.</returns>
    internal Errno Access(string path, int mode)
    {
        if (IsLive)
        {
            return FileCalls.Access(path, mode) == 0 ? Errno.None : FileCalls.LastError;
        }

        Errno errno = TryOpenInside(path, FileCalls.PlaceOnly, out SafeFileHandle? place);
        using (place)
        {
            return place is null ? errno : FileCalls.Access(PathOf(place), mode) == 0 ? Errno.None : FileCalls.LastError;
        }
    }

    /// <summary>Opens a file to poll.</summary>
    /// <param name="path">The kernel's own absolute path.</param>
    /// <returns>The open file, or null where this kernel has none.</returns>
    /// <exception cref="KsmToolsException">It is there and cannot be opened.</exception>
    internal KernelFile? Open(string path)
    {
        Errno errno = KernelFile.TryOpen(this, path, out KernelFile? file);
        return errno is Errno.None or Errno.ENOENT or Errno.ENOTDIR ? file : throw KernelErrors.ForFile(errno, Locate(path), "open");
    }

    /// <summary>A whole file as text without the newline at its end.</summary>
    /// <param name="path">The kernel's own absolute path.</param>
    /// <param name="text">The text, or null.</param>
    /// <returns><see cref="Errno.None"/>, or what the kernel said.</returns>
    internal virtual Errno TryReadText(string path, out string? text)
    {
        text = null;
        Errno errno = KernelFile.TryOpen(this, path, out KernelFile? file);
        if (file is not null)
        {
            using (file)
            {
                errno = file.TryReadText(out text);
            }
        }

        text = text?.TrimEnd('\n');
        return errno;
    }

    /// <summary>A whole file as it is.</summary>
    /// <param name="path">The kernel's own absolute path.</param>
    /// <param name="contents">Its bytes, or none.</param>
    /// <returns><see cref="Errno.None"/>, or what the kernel said.</returns>
    internal Errno TryReadBytes(string path, out ReadOnlyMemory<byte> contents)
    {
        contents = default;
        Errno errno = KernelFile.TryOpen(this, path, out KernelFile? file);
        if (file is null)
        {
            return errno;
        }

        using (file)
        {
            return file.TryReadBytes(out contents);
        }
    }

    /// <summary>A whole file as text without the newline at its end.</summary>
    /// <param name="path">The kernel's own absolute path.</param>
    /// <returns>The text, or null where this kernel has no such file.</returns>
    /// <exception cref="KsmToolsException">It is there and cannot be read.</exception>
    public string? ReadText(string path)
    {
        Errno errno = TryReadText(path, out string? text);
        return errno is Errno.None or Errno.ENOENT or Errno.ENOTDIR ? text : throw KernelErrors.ForFile(errno, Locate(path), "read");
    }

    /// <summary>A file's number.</summary>
    /// <param name="path">The kernel's own absolute path.</param>
    /// <returns>The number, signed, or null where this kernel has no such file.</returns>
    /// <exception cref="KsmToolsException">It is there and cannot be read, or holds no 64-bit number.</exception>
    internal long? ReadInt64(string path)
    {
        using KernelFile? file = Open(path);
        return file?.ReadInt64();
    }

    /// <summary>Writes a value with one write(2), as sysfs and tracefs want it.</summary>
    /// <param name="path">The kernel's own absolute path.</param>
    /// <param name="value">The value; a newline is not added.</param>
    /// <returns><see cref="Errno.None"/>, or what the kernel said.</returns>
    internal virtual Errno TryWrite(string path, string value)
    {
        Errno errno = TryOpenToWrite(path, out SafeFileHandle? file);
        using (file)
        {
            return file is null ? errno : TryWrite(file, value);
        }
    }

    /// <summary>Opens a file for truncation, which empties a trace buffer.</summary>
    /// <param name="path">The kernel's own absolute path.</param>
    /// <returns><see cref="Errno.None"/>, or what the kernel said.</returns>
    internal virtual Errno TryTruncate(string path)
    {
        Errno errno = IsLive ? TryOpen(path, FileCalls.WriteOnly | FileCalls.Truncate, out SafeFileHandle? file) : TryOpenToWrite(path, out file);
        file?.Dispose();
        return errno;
    }

    /// <summary>Writes a value with one write(2).</summary>
    /// <param name="path">The kernel's own absolute path.</param>
    /// <param name="value">The value; a newline is not added.</param>
    /// <exception cref="KsmToolsException">The kernel refused.</exception>
    internal void Write(string path, string value)
    {
        Errno errno = TryWrite(path, value);
        if (errno != Errno.None)
        {
            throw KernelErrors.ForFile(errno, Locate(path), "write");
        }
    }

    /// <summary>Writes bytes somewhere in a file with one pwrite(2). What the kernel took of them is for the caller to find out.</summary>
    /// <param name="path">The kernel's own absolute path.</param>
    /// <param name="bytes">The bytes.</param>
    /// <param name="offset">Where they go.</param>
    /// <returns><see cref="Errno.None"/>, or what the kernel said; a captured tree has no such files.</returns>
    internal virtual unsafe Errno TryWrite(string path, ReadOnlySpan<byte> bytes, long offset)
    {
        if (!IsLive)
        {
            return Errno.EROFS;
        }

        Errno errno = TryOpen(path, FileCalls.WriteOnly, out SafeFileHandle? file);
        using (file)
        {
            if (file is null)
            {
                return errno;
            }

            fixed (byte* first = bytes)
            {
                return FileCalls.WriteAt((int)file.DangerousGetHandle(), first, (nuint)bytes.Length, offset) < 0 ? FileCalls.LastError : Errno.None;
            }
        }
    }

    /// <summary>Where the files of an open folder, or an open file itself, can be found as long as it is open.</summary>
    internal static string PathOf(SafeFileHandle file) => $"/proc/self/fd/{file.DangerousGetHandle()}";

    // The running kernel's files are never opened for truncation: tracefs takes that for "clear everything". A captured one is a plain file, in which a shorter value must
    // not leave the rest of a longer one, and which may have another name elsewhere.
    private Errno TryOpenToWrite(string path, out SafeFileHandle? file)
    {
        Errno errno = TryOpen(path, FileCalls.WriteOnly, out file);
        if (file is null || IsLive)
        {
            return errno;
        }

        errno = FileStatus.TryGet(file, out FileStatus status);
        errno = errno == Errno.None && status.Names > 1 ? Errno.EMLINK
            : errno == Errno.None && FileCalls.SetLength(file, 0) != 0 ? FileCalls.LastError
            : errno;
        if (errno != Errno.None)
        {
            file.Dispose();
            file = null;
        }

        return errno;
    }

    private Errno TryOpenInside(string path, int flags, out SafeFileHandle? file)
    {
        Errno errno = FolderCalls.TryOpen(null, Root, FileCalls.PlaceOnly | FileCalls.Folder, UnixFileMode.None, out file);
        using SafeFileHandle? root = file;
        return root is null ? errno : FolderCalls.TryOpenInside(root, path, flags, out file);
    }

    private static unsafe Errno TryWrite(SafeFileHandle file, string value)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(value);
        nint written;
        Errno errno;
        fixed (byte* first = bytes)
        {
            written = FileCalls.Write((int)file.DangerousGetHandle(), first, (nuint)bytes.Length);
            errno = written < 0 ? FileCalls.LastError : Errno.None;
        }

        // A store handler takes all or nothing; a short write means the value was not understood whole.
        return errno == Errno.None && written != bytes.Length ? Errno.EIO : errno;
    }
}
