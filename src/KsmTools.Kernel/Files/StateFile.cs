using System.Text;
using KsmTools.Errors;
using KsmTools.Interop;
using Microsoft.Win32.SafeHandles;

namespace KsmTools.Files;

/// <summary>A file that commands keep for each other, by the rule of <see cref="StateFolder"/>. Everybody may read it, and it is there whole or not at all.</summary>
internal sealed class StateFile
{
    // A record of many sessions has a few thousand.
    private const int Longest = 1 << 20;

    private readonly KernelTree _kernel;
    private readonly string? _folder;
    private readonly string _name;

    /// <param name="kernel">The kernel's files.</param>
    /// <param name="name">Its name.</param>
    /// <param name="folder">The folder below <see cref="StateFolder.Place"/>; null for that itself.</param>
    public StateFile(KernelTree kernel, string name, string? folder = null)
    {
        _kernel = kernel;
        _folder = folder;
        _name = name;
        Path = kernel.Locate(folder is null ? $"{StateFolder.Place}/{name}" : $"{StateFolder.Place}/{folder}/{name}");
    }

    /// <summary>Where it is, for people.</summary>
    public string Path { get; }

    /// <summary>The names of the files in a folder, in order; none where it is not there.</summary>
    /// <param name="kernel">The kernel's files.</param>
    /// <param name="folder">The folder below <see cref="StateFolder.Place"/>.</param>
    /// <exception cref="KsmToolsException">As of <see cref="StateFolder.Find"/>.</exception>
    public static IReadOnlyList<string> Names(KernelTree kernel, string folder)
    {
        using OpenFolder? found = StateFolder.Find(kernel, folder);
        try
        {
            return found is null ? [] : [.. new DirectoryInfo(KernelTree.PathOf(found.Handle)).EnumerateFileSystemInfos().Select(file => file.Name).Order(StringComparer.Ordinal)];
        }
        catch (UnauthorizedAccessException)
        {
            throw KernelErrors.ForFile(Errno.EACCES, kernel.Locate($"{StateFolder.Place}/{folder}"), "read");
        }
    }

    /// <summary>Its text without the newline at its end; null where it is not there.</summary>
    /// <exception cref="KsmToolsException"><see cref="ErrorReason.UnsafePath"/>: others could have written it; or it cannot be read.</exception>
    public string? Read()
    {
        using OpenFolder? folder = StateFolder.Find(_kernel, _folder);
        if (folder is null)
        {
            return null;
        }

        using SafeFileHandle? file = Open(_kernel, folder, _name, Path, FileCalls.ReadOnly);
        if (file is null)
        {
            return null;
        }

        try
        {
            byte[] text = new byte[Math.Min(RandomAccess.GetLength(file), Longest + 1)];
            int length = RandomAccess.Read(file, text, 0);
            return length > Longest ? throw KernelErrors.ForFile(Errno.EFBIG, Path, "read") : Encoding.UTF8.GetString(text, 0, length).TrimEnd('\n');
        }
        catch (IOException exception)
        {
            throw new KsmToolsException(
                ErrorReason.KernelIoError, Path, Text.Format(Messages.KernelIoError, Path, "read", exception.Message), Messages.KernelIoErrorAction, null, exception);
        }
    }

    /// <summary>Writes it, whole or not at all.</summary>
    /// <param name="text">Its text.</param>
    /// <exception cref="KsmToolsException">It cannot be written, and is as it was; <see cref="ErrorReason.UnsafePath"/>.</exception>
    public void Write(string text)
    {
        using DraftFile draft = DraftFile.In(StateFolder.Make(_kernel, _folder), Path);
        try
        {
            draft.Stream.Write(Encoding.UTF8.GetBytes(text));
            draft.Complete(toDisk: false);
        }
        catch (IOException exception)
        {
            throw DraftFile.Failure(Path, exception);
        }
    }

    /// <summary>Removes it, if it is there.</summary>
    /// <exception cref="KsmToolsException">It cannot be removed.</exception>
    public void Delete()
    {
        using OpenFolder? folder = StateFolder.Find(_kernel, _folder);
        Errno errno = folder is null ? Errno.None : FolderCalls.TryDelete(folder.Handle, _name);
        if (errno is not (Errno.None or Errno.ENOENT))
        {
            throw KernelErrors.ForFile(errno, Path, "delete");
        }
    }

    /// <summary>Opens a file of a state folder, and checks it.</summary>
    /// <param name="kernel">The kernel's files.</param>
    /// <param name="folder">The folder.</param>
    /// <param name="name">The file.</param>
    /// <param name="path">Where it is, for people.</param>
    /// <param name="flags">As of <see cref="FileCalls"/>.</param>
    /// <param name="mode">The mode of a new file.</param>
    /// <returns>The file; null where it is not there.</returns>
    /// <exception cref="KsmToolsException"><see cref="ErrorReason.UnsafePath"/>; or what the kernel said.</exception>
    public static SafeFileHandle? Open(KernelTree kernel, OpenFolder folder, string name, string path, int flags, UnixFileMode mode = UnixFileMode.None)
    {
        Errno errno = FolderCalls.TryOpen(folder.Handle, name, flags | FileCalls.DoNotFollow | FileCalls.DoNotBlock, mode, out SafeFileHandle? file);
        if (file is null)
        {
            return errno switch
            {
                Errno.ENOENT => null,
                Errno.ELOOP or Errno.EISDIR => throw PathErrors.ForState(kernel, path, Messages.StateOfAnotherKind),
                _ => throw KernelErrors.ForFile(errno, path, "open"),
            };
        }

        try
        {
            _ = FileStatus.TryGet(file, out FileStatus status);
            StateFolder.Check(kernel, status, FileKind.Ordinary, path);
            return file;
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }
}
