using System.Text;
using KsmTools.Errors;
using KsmTools.Interop;

namespace KsmTools.Files;

/// <summary>
/// The files of a kernel under one root: the running kernel's at <c>/</c>, or a captured tree that <c>KSMTOOLS_ROOT</c> points at.
/// Every path given here is the kernel's own (<c>/sys/kernel/mm/ksm/run</c>). Nothing is created here: a file that is missing is one that this kernel lacks.
/// </summary>
public class KernelTree
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

    /// <summary>Where a kernel path is in the file system.</summary>
    /// <param name="path">The kernel's own absolute path.</param>
    public string Locate(string path) => IsLive ? path : Root + path;

    /// <summary>Whether a file or folder is there.</summary>
    /// <param name="path">The kernel's own absolute path.</param>
    internal bool Exists(string path) => System.IO.Path.Exists(Locate(path));

    /// <summary>Whether this user may write a file, by the kernel's word (access(2)) and without writing.</summary>
    /// <param name="path">The kernel's own absolute path.</param>
    internal bool IsWritable(string path) => FileCalls.Access(Locate(path), FileCalls.MayWrite) == 0;

    /// <summary>Opens a file to poll.</summary>
    /// <param name="path">The kernel's own absolute path.</param>
    /// <returns>The open file, or null where this kernel has none.</returns>
    /// <exception cref="KsmToolsException">It is there and cannot be opened.</exception>
    internal KernelFile? Open(string path)
    {
        Errno errno = KernelFile.TryOpen(Locate(path), out KernelFile? file);
        return errno is Errno.None or Errno.ENOENT or Errno.ENOTDIR ? file : throw KernelErrors.ForFile(errno, Locate(path), "open");
    }

    /// <summary>A whole file as text without the newline at its end.</summary>
    /// <param name="path">The kernel's own absolute path.</param>
    /// <param name="text">The text, or null.</param>
    /// <returns><see cref="Errno.None"/>, or what the kernel said.</returns>
    internal virtual Errno TryReadText(string path, out string? text)
    {
        text = null;
        Errno errno = KernelFile.TryOpen(Locate(path), out KernelFile? file);
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
        Errno errno = KernelFile.TryOpen(Locate(path), out KernelFile? file);
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
        // A kernel file takes a value and has no length. A captured one is a plain file, in which a shorter value must not leave the rest of
        // a longer one. The running kernel's files are never opened for truncation: tracefs takes that for "clear everything".
        int truncate = IsLive ? 0 : FileCalls.Truncate;
        return TryWrite(Locate(path), value, FileCalls.WriteOnly | FileCalls.CloseOnExec | truncate);
    }

    /// <summary>The names of the folders in a folder, in order; none where it is not there or may not be looked into.</summary>
    /// <param name="path">The kernel's own absolute path.</param>
    internal IReadOnlyList<string> Folders(string path)
    {
        try
        {
            return [.. Directory.EnumerateDirectories(Locate(path)).Select(folder => System.IO.Path.GetFileName(folder)).Order(StringComparer.Ordinal)];
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }

    /// <summary>Opens a file for truncation, which empties a trace buffer.</summary>
    /// <param name="path">The kernel's own absolute path.</param>
    /// <returns><see cref="Errno.None"/>, or what the kernel said.</returns>
    internal virtual Errno TryTruncate(string path)
    {
        int descriptor = FileCalls.Open(Locate(path), FileCalls.WriteOnly | FileCalls.CloseOnExec | FileCalls.Truncate);
        return descriptor >= 0 && FileCalls.Close(descriptor) == 0 ? Errno.None : FileCalls.LastError;
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
    /// <returns><see cref="Errno.None"/>, or what the kernel said.</returns>
    internal virtual unsafe Errno TryWrite(string path, ReadOnlySpan<byte> bytes, long offset)
    {
        int descriptor = FileCalls.Open(Locate(path), FileCalls.WriteOnly | FileCalls.CloseOnExec);
        if (descriptor < 0)
        {
            return FileCalls.LastError;
        }

        nint written;
        fixed (byte* first = bytes)
        {
            written = FileCalls.WriteAt(descriptor, first, (nuint)bytes.Length, offset);
        }

        Errno errno = written < 0 ? FileCalls.LastError : Errno.None;
        _ = FileCalls.Close(descriptor);
        return errno;
    }

    private static unsafe Errno TryWrite(string path, string value, int flags)
    {
        int descriptor = FileCalls.Open(path, flags);
        if (descriptor < 0)
        {
            return FileCalls.LastError;
        }

        byte[] bytes = Encoding.UTF8.GetBytes(value);
        nint written;
        Errno errno;
        fixed (byte* first = bytes)
        {
            written = FileCalls.Write(descriptor, first, (nuint)bytes.Length);
            errno = written < 0 ? FileCalls.LastError : Errno.None;
        }

        // A store handler takes all or nothing; a short write means the value was not understood whole.
        if (FileCalls.Close(descriptor) < 0 && errno == Errno.None)
        {
            errno = FileCalls.LastError;
        }

        return errno == Errno.None && written != bytes.Length ? Errno.EIO : errno;
    }
}
