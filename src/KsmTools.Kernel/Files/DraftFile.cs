using KsmTools.Errors;
using KsmTools.Interop;
using Microsoft.Win32.SafeHandles;

namespace KsmTools.Files;

/// <summary>A file that has its name only once it is whole: until then it has none, and nobody finds it; if it never is, nothing is left.</summary>
internal sealed class DraftFile : IDisposable
{
    /// <summary>For its owner alone: what says more of the machine than everybody may know.</summary>
    public const UnixFileMode Private = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    /// <summary>For everybody to read.</summary>
    public const UnixFileMode Readable = Private | UnixFileMode.GroupRead | UnixFileMode.OtherRead;

    // MAX_ERRNO of include/linux/err.h.
    private const int LastErrno = 4096;

    private readonly FileTarget _target;
    private readonly UnixFileMode _mode;
    private readonly bool _keepsOwner;
    private string? _draft;

    private DraftFile(FileTarget target, UnixFileMode mode, bool keepsOwner)
    {
        _target = target;
        _mode = mode;
        _keepsOwner = keepsOwner;
        Errno errno = target.Folder.TryMakeDraft(Private, out SafeFileHandle? file, out _draft);
        Stream = new FileStream(file ?? throw Failure(target.FullPath, errno), FileAccess.ReadWrite);
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
    public static DraftFile Create(string path, bool replace, UnixFileMode? mode = null) =>
        Begin(FileTarget.Find(path, replace), mode ?? (Readable & ~CurrentUser.Mask), keepsOwner: mode != Private);

    /// <summary>Begins a file that replaces what has its name, in a folder that nobody else may write.</summary>
    /// <param name="folder">The folder; it is taken over.</param>
    /// <param name="path">The file; everybody may read it.</param>
    /// <exception cref="KsmToolsException">It cannot be made.</exception>
    public static DraftFile In(OpenFolder folder, string path) => Begin(new FileTarget(folder, path, replace: true), Readable, keepsOwner: false);

    /// <summary>Why a file cannot be written.</summary>
    public static KsmToolsException Failure(string path, Exception exception)
    {
        Errno? errno = ErrnoOf(exception);
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

    /// <summary>What the kernel said, where an exception of .NET tells.</summary>
    public static Errno? ErrnoOf(Exception exception) => exception switch
    {
        // Of an error that has no exception of its own, IOException has the number.
        IOException { HResult: > 0 and < LastErrno } => (Errno)exception.HResult,
        KsmToolsException failure => failure.Errno,
        _ => null,
    };

    /// <summary>Gives the file its name.</summary>
    /// <param name="toDisk">Whether it must be on the disk by then, for the case that the power fails; of a large file that takes its time.</param>
    /// <exception cref="IOException">It cannot be written.</exception>
    /// <exception cref="KsmToolsException">It cannot have its name: one came to be there in the meantime, for example.</exception>
    public void Complete(bool toDisk)
    {
        Stream.Flush(toDisk);
        SafeFileHandle file = Stream.SafeFileHandle;
        _target.GiveAway(file, _mode, _keepsOwner);
        Errno errno = _draft is null ? _target.TryName(file) : _target.TryRename(_target.Folder.Handle, _draft);
        if (errno != Errno.None)
        {
            throw Failure(_target.FullPath, errno);
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
            _ = FolderCalls.TryDelete(_target.Folder.Handle, _draft);
            _draft = null;
        }

        _target.Dispose();
    }

    private static DraftFile Begin(FileTarget target, UnixFileMode mode, bool keepsOwner)
    {
        try
        {
            return new DraftFile(target, mode, keepsOwner);
        }
        catch
        {
            target.Dispose();
            throw;
        }
    }

    private static string ActionFor(Errno? errno, string path) => errno switch
    {
        Errno.ENOSPC or Errno.EDQUOT => Messages.NoSpaceAction,
        Errno.EROFS => KernelErrors.ReadOnlyAction(path),
        _ => Messages.FileNotWrittenAction,
    };
}
