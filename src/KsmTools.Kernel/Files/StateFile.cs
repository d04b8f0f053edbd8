using System.Globalization;
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

    private const string Aside = "damaged";

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

    /// <summary>Whether it is there.</summary>
    public bool Exists
    {
        get
        {
            using OpenFolder? folder = StateFolder.Find(_kernel, _folder);
            return folder?.TryGetStatus(_name, out _) == Errno.None;
        }
    }

    /// <summary>The names of the files in a folder, in order; none where it is not there.</summary>
    /// <param name="kernel">The kernel's files.</param>
    /// <param name="folder">The folder below <see cref="StateFolder.Place"/>; null for that itself.</param>
    /// <exception cref="KsmToolsException">As of <see cref="StateFolder.Find"/>.</exception>
    public static IReadOnlyList<string> Names(KernelTree kernel, string? folder = null)
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

    /// <summary>What it says; null where it is not there. A damaged one is not an error: what stops for it is for the reader to say.</summary>
    /// <exception cref="KsmToolsException"><see cref="ErrorReason.UnsafePath"/>: others could have written it; or the kernel cannot read it.</exception>
    public StateText? Read()
    {
        using OpenFolder? folder = StateFolder.Find(_kernel, _folder);
        using SafeFileHandle? file = folder is null ? null : Open(_kernel, folder, _name, Path, FileCalls.ReadOnly);
        if (file is null)
        {
            return null;
        }

        try
        {
            byte[] text = new byte[Math.Min(RandomAccess.GetLength(file), Longest)];
            return StateText.Parse(_kernel, text.AsSpan(0, RandomAccess.Read(file, text, 0)));
        }
        catch (IOException exception)
        {
            throw new KsmToolsException(
                ErrorReason.KernelIoError, Path, Text.Format(Messages.KernelIoError, Path, "read", exception.Message), Messages.KernelIoErrorAction, null, exception);
        }
    }

    /// <summary>Writes it, whole or not at all.</summary>
    /// <param name="values">What it says.</param>
    /// <exception cref="KsmToolsException">It cannot be written, and is as it was; <see cref="ErrorReason.UnsafePath"/>.</exception>
    public void Write(NamedValues values)
    {
        using DraftFile draft = DraftFile.In(StateFolder.Make(_kernel, _folder), Path);
        try
        {
            draft.Stream.Write(Encoding.UTF8.GetBytes(StateText.Format(_kernel, values)));
            draft.Complete(toDisk: false);
        }
        catch (IOException exception)
        {
            throw DraftFile.Failure(Path, exception);
        }
    }

    /// <summary>Moves it out of the way, into a folder where it stops nobody and people can look at it.</summary>
    /// <returns>Where it is now.</returns>
    /// <exception cref="KsmToolsException">It cannot be moved.</exception>
    public string MoveAside()
    {
        StateFile aside = FreeAside();
        using OpenFolder? from = StateFolder.Find(_kernel, _folder);
        using OpenFolder to = StateFolder.Make(_kernel, Aside);
        Errno errno = from is null ? Errno.ENOENT : FolderCalls.TryMove(from.Handle, _name, to.Handle, aside._name);
        return errno == Errno.None ? aside.Path : throw KernelErrors.ForFile(errno, Path, "move");
    }

    /// <summary>Moves a damaged one out of the way, with what can be believed of it in its place, or leaves it where and as it is: that is no reason not to go by what it says.</summary>
    /// <param name="believed">What can be believed; null for nothing.</param>
    /// <param name="unknown">What cannot be known, in words.</param>
    /// <param name="notices">Gets what people are to be told.</param>
    /// <returns>Whether it is out of the way.</returns>
    public bool PutInOrder(NamedValues? believed, string unknown, Notices notices)
    {
        try
        {
            notices.Damage(StateErrors.ForDamaged(Path, believed is null ? MoveAside() : Replace(believed), unknown));
            return true;
        }
        catch (KsmToolsException failure)
        {
            notices.Damage(StateErrors.ForStaying(Path, failure, unknown));
            return false;
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

    /// <summary>Removes it, if that can be: for what is in nobody's way.</summary>
    public void TryDelete()
    {
        using OpenFolder? folder = StateFolder.Find(_kernel, _folder);
        _ = folder is null ? Errno.None : FolderCalls.TryDelete(folder.Handle, _name);
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
                Errno.ELOOP or Errno.EISDIR => throw PathErrors.ForState(path, Messages.StateOfAnotherKind),
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

    // In one moment, because a kill between moving and writing would lose what can be believed.
    private string Replace(NamedValues believed)
    {
        StateFile aside = FreeAside();
        aside.Write(believed);
        using OpenFolder? here = StateFolder.Find(_kernel, _folder);
        using OpenFolder there = StateFolder.Make(_kernel, Aside);
        Errno errno = here is null ? Errno.ENOENT : FolderCalls.TryExchange(here.Handle, _name, there.Handle, aside._name);
        if (errno != Errno.None)
        {
            aside.TryDelete();
            throw KernelErrors.ForFile(errno, Path, "move");
        }

        return aside.Path;
    }

    private StateFile FreeAside()
    {
        string stem = string.Create(CultureInfo.InvariantCulture, $"{_name}-{DateTimeOffset.UtcNow:yyyyMMdd'T'HHmmss'Z'}");
        var aside = new StateFile(_kernel, stem, Aside);
        for (int number = 2; aside.Exists; number++)
        {
            aside = new StateFile(_kernel, string.Create(CultureInfo.InvariantCulture, $"{stem}-{number}"), Aside);
        }

        return aside;
    }
}
