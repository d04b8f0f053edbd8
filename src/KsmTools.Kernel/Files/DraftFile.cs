using KsmTools.Errors;
using KsmTools.Interop;
using Microsoft.Win32.SafeHandles;

namespace KsmTools.Files;

/// <summary>
/// A file that has its name only once it is whole: until then it has none, and nobody finds it; if it never is, nothing is left. Others may write the folder: no link is
/// followed, and nothing is opened or deleted that was not made here.
/// </summary>
internal sealed class DraftFile : IDisposable
{
    /// <summary>For its owner alone: what says more of the machine than everybody may know.</summary>
    public const UnixFileMode Private = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    /// <summary>For everybody to read.</summary>
    public const UnixFileMode Readable = Private | UnixFileMode.GroupRead | UnixFileMode.OtherRead;

    // MAX_ERRNO of include/linux/err.h.
    private const int LastErrno = 4096;

    private const UnixFileMode Permissions = (UnixFileMode)0x1ff;
    private const UnixFileMode OfGroup = UnixFileMode.GroupRead | UnixFileMode.GroupWrite | UnixFileMode.GroupExecute;

    private readonly OpenFolder _folder;
    private readonly string _path;
    private readonly string _name;
    private readonly bool _replace;
    private readonly UnixFileMode _mode;
    private readonly bool _keepsOwner;
    private string? _draft;

    private DraftFile(OpenFolder folder, string path, bool replace, UnixFileMode mode, bool keepsOwner)
    {
        _folder = folder;
        _path = path;
        _name = Path.GetFileName(path);
        _replace = replace;
        _mode = mode;
        _keepsOwner = keepsOwner;
        SafeFileHandle handle = Check(_folder.TryMakeDraft(Private, out SafeFileHandle? file, out _draft), file);
        Stream = new FileStream(handle, FileAccess.ReadWrite);
    }

    /// <summary>Where to write to.</summary>
    public FileStream Stream { get; }

    /// <summary>Begins a file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="replace">Whether a file that is there may be replaced. It keeps its owner then, and does not become readable for more people than before.</param>
    /// <param name="mode">Who may do what with it; null for <see cref="Readable"/> less what the user's mask takes.</param>
    /// <exception cref="KsmToolsException">
    /// <see cref="ErrorReason.KernelIoError"/>, <see cref="ErrorReason.AccessDenied"/> or <see cref="ErrorReason.UnsafePath"/>; nothing was written.
    /// </exception>
    public static DraftFile Create(string path, bool replace, UnixFileMode? mode = null)
    {
        if (path.Contains('\0', StringComparison.Ordinal))
        {
            throw Failure(path, Errno.EINVAL);
        }

        string full = Path.GetFullPath(path);

        // As root, renaming to /dev/null would put a file in its place; a link to it is to be no better.
        if (FileStatus.TryGet(full, out FileStatus status) == Errno.None && status.Kind != FileKind.Ordinary)
        {
            throw new KsmToolsException(ErrorReason.KernelIoError, path, Text.Format(Messages.NotAnOrdinaryFile, path), Messages.NotAnOrdinaryFileAction);
        }

        Errno errno = OpenFolder.TryOpen(Path.GetDirectoryName(full) ?? "/", out OpenFolder? folder);
        if (folder is null)
        {
            throw Failure(path, errno);
        }

        try
        {
            bool isThere = folder.TryGetStatus(Path.GetFileName(full), out FileStatus former) == Errno.None;
            if (isThere && former.Kind == FileKind.Link && IsMachinery(folder.RealPath))
            {
                throw new KsmToolsException(ErrorReason.KernelIoError, path, Text.Format(Messages.NotAnOrdinaryFile, path), Messages.NotAnOrdinaryFileAction);
            }

            if (!replace && isThere)
            {
                throw new KsmToolsException(ErrorReason.KernelIoError, path, Text.Format(Messages.FileExists, path), Messages.FileExistsAction, Errno.EEXIST);
            }

            return new DraftFile(folder, full, replace, mode ?? (Readable & ~CurrentUser.Mask), keepsOwner: mode != Private);
        }
        catch
        {
            folder.Dispose();
            throw;
        }
    }

    /// <summary>Begins a file that replaces what has its name, in a folder that nobody else may write.</summary>
    /// <param name="folder">The folder; it is taken over.</param>
    /// <param name="path">The file; everybody may read it.</param>
    /// <exception cref="KsmToolsException">It cannot be made.</exception>
    public static DraftFile In(OpenFolder folder, string path)
    {
        try
        {
            return new DraftFile(folder, path, replace: true, Readable, keepsOwner: false);
        }
        catch
        {
            folder.Dispose();
            throw;
        }
    }

    /// <summary>Why a file cannot be written.</summary>
    public static KsmToolsException Failure(string path, Exception exception)
    {
        // Of an error that has no exception of its own, IOException has the number.
        Errno? errno = exception is IOException { HResult: > 0 and < LastErrno } ? (Errno)exception.HResult : null;
        return new(
            exception is UnauthorizedAccessException ? ErrorReason.AccessDenied : ErrorReason.KernelIoError,
            path,
            Text.Format(Messages.FileNotWritten, path, errno?.Describe() ?? exception.Message),
            ActionFor(errno, path),
            errno,
            exception);
    }

    /// <summary>Why a file cannot be written.</summary>
    public static KsmToolsException Failure(string path, Errno errno) => new(
        errno is Errno.EACCES or Errno.EPERM or Errno.EROFS ? ErrorReason.AccessDenied : ErrorReason.KernelIoError,
        path,
        Text.Format(Messages.FileNotWritten, path, errno.Describe()),
        ActionFor(errno, path),
        errno);

    /// <summary>A file on the same file system that nobody else can find, for what comes into this one later. Nothing is left of it, whatever happens.</summary>
    /// <exception cref="KsmToolsException">It cannot be made.</exception>
    public FileStream CreateScratch()
    {
        SafeFileHandle handle = Check(_folder.TryMakeDraft(Private, out SafeFileHandle? file, out string? name), file);
        if (name is not null)
        {
            _ = FolderCalls.TryDelete(_folder.Handle, name);
        }

        return new FileStream(handle, FileAccess.ReadWrite, bufferSize: 0);
    }

    /// <summary>Gives the file its name.</summary>
    /// <param name="toDisk">Whether it must be on the disk by then, for the case that the power fails; of a large file that takes its time.</param>
    /// <exception cref="IOException">It cannot be written.</exception>
    /// <exception cref="KsmToolsException">It cannot have its name: one came to be there in the meantime, for example.</exception>
    public void Complete(bool toDisk)
    {
        Stream.Flush(toDisk);
        GiveAway();
        Errno errno = _draft is null ? NameNameless() : FolderCalls.TryRename(_folder.Handle, _draft, _name, _replace);
        if (errno != Errno.None)
        {
            throw Failure(_path, errno);
        }

        _draft = null;
    }

    /// <summary>Lets go of the file, and of what there is of it unless it is complete.</summary>
    public void Dispose()
    {
        try
        {
            Stream.Dispose();
        }
        catch (IOException)
        {
            // What is still in memory does not fit on a full disk either.
        }

        if (_draft is not null)
        {
            _ = FolderCalls.TryDelete(_folder.Handle, _draft);
            _draft = null;
        }

        _folder.Dispose();
    }

    private static string ActionFor(Errno? errno, string path) => errno switch
    {
        Errno.ENOSPC or Errno.EDQUOT => Messages.NoSpaceAction,
        Errno.EROFS => KernelErrors.ReadOnlyAction(path),
        _ => Messages.FileNotWrittenAction,
    };

    // Only a name that is free can be given to a file without one.
    private Errno NameNameless()
    {
        SafeFileHandle file = Stream.SafeFileHandle;
        Errno errno = FolderCalls.TryName(file, _folder.Handle, _name);
        if (errno != Errno.EEXIST || !_replace)
        {
            return errno;
        }

        _draft = OpenFolder.FreshName();
        errno = FolderCalls.TryName(file, _folder.Handle, _draft);
        return errno == Errno.None ? FolderCalls.TryRename(_folder.Handle, _draft, _name, replace: true) : errno;
    }

    // What is replaced keeps its owner, and nobody may do more with it than before. A file that just anybody could have put here has no say in that,
    // and neither has one about what is private.
    private void GiveAway()
    {
        SafeFileHandle file = Stream.SafeFileHandle;
        UnixFileMode mode = _mode;
        FileStatus former = default;
        bool isKept = _keepsOwner && _folder.TryGetStatus(_name, out former) == Errno.None && former.Kind == FileKind.Ordinary && IsKept(former);
        if (isKept)
        {
            mode &= former.Mode & Permissions;
            if (FileCalls.ChangeOwner(file, former.UserId, former.GroupId) != 0)
            {
                // Its group is another one now, which may do no more than everybody may.
                mode &= ~OfGroup | (UnixFileMode)(((int)mode & 7) << 3);
            }
        }

        Errno errno = AccessLists.TryReplace(file, isKept ? (_folder.Handle, _name) : null);
        if (errno == Errno.None && FileCalls.ChangeMode(file, (uint)mode) != 0)
        {
            errno = FileCalls.LastError;
        }

        if (errno != Errno.None)
        {
            throw Failure(_path, errno);
        }
    }

    // /dev/stdout and the like lead each process somewhere else, and belong to all.
    private static bool IsMachinery(string folder) => folder is "/dev" or "/proc" || folder.StartsWith("/proc/", StringComparison.Ordinal) || folder.StartsWith("/sys/", StringComparison.Ordinal);

    private bool IsKept(FileStatus former) => former.IsOwn || former.UserId == _folder.Status.UserId || !_folder.Status.IsOpenToOthers;

    private SafeFileHandle Check(Errno errno, SafeFileHandle? file) => file ?? throw Failure(_path, errno);
}
