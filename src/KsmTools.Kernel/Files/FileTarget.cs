using KsmTools.Errors;
using KsmTools.Interop;
using Microsoft.Win32.SafeHandles;

namespace KsmTools.Files;

/// <summary>
/// The place of a file that is to be written: its folder, found once, and its name there. Others may write the folder: no link is followed, and nothing is opened or deleted that
/// was not made here.
/// </summary>
internal sealed class FileTarget : IDisposable
{
    private const UnixFileMode Permissions = (UnixFileMode)0x1ff;
    private const UnixFileMode OfGroup = UnixFileMode.GroupRead | UnixFileMode.GroupWrite | UnixFileMode.GroupExecute;

    private readonly bool _replace;

    /// <param name="folder">The folder; it is taken over.</param>
    /// <param name="path">The file's full path.</param>
    /// <param name="replace">Whether a file that is there may be replaced.</param>
    public FileTarget(OpenFolder folder, string path, bool replace)
    {
        Folder = folder;
        FullPath = path;
        Name = Path.GetFileName(path);
        _replace = replace;
    }

    /// <summary>The folder.</summary>
    public OpenFolder Folder { get; }

    /// <summary>The file.</summary>
    public string FullPath { get; }

    /// <summary>Its name in the folder.</summary>
    public string Name { get; }

    /// <summary>Finds the place, which may have a file only if that may be replaced.</summary>
    /// <param name="path">The file.</param>
    /// <param name="replace">Whether a file that is there may be replaced.</param>
    /// <exception cref="KsmToolsException">As <see cref="Locate"/>; or there is a file.</exception>
    public static FileTarget Find(string path, bool replace)
    {
        FileTarget target = Locate(path, replace);
        try
        {
            target.RequireFree();
            return target;
        }
        catch
        {
            target.Dispose();
            throw;
        }
    }

    /// <summary>Finds the place.</summary>
    /// <param name="path">The file.</param>
    /// <param name="replace">Whether a file that is there may be replaced.</param>
    /// <exception cref="KsmToolsException">
    /// <see cref="ErrorReason.KernelIoError"/>, <see cref="ErrorReason.AccessDenied"/> or <see cref="ErrorReason.UnsafePath"/>; nothing was written.
    /// </exception>
    public static FileTarget Locate(string path, bool replace)
    {
        if (path.Contains('\0', StringComparison.Ordinal))
        {
            throw DraftFile.Failure(path, Errno.EINVAL);
        }

        string full = Path.GetFullPath(path);

        // As root, renaming to /dev/null would put a file in its place; a link to it is to be no better.
        if (FileStatus.TryGet(full, out FileStatus status) == Errno.None && status.Kind != FileKind.Ordinary)
        {
            throw NotOrdinary(path);
        }

        Errno errno = OpenFolder.TryOpen(Path.GetDirectoryName(full) ?? "/", out OpenFolder? folder);
        if (folder is null)
        {
            throw DraftFile.Failure(path, errno);
        }

        try
        {
            bool isThere = folder.TryGetStatus(Path.GetFileName(full), out FileStatus former) == Errno.None;
            if (isThere && former.Kind == FileKind.Link && IsMachinery(folder.RealPath))
            {
                throw NotOrdinary(path);
            }

            return new FileTarget(folder, full, replace);
        }
        catch
        {
            folder.Dispose();
            throw;
        }
    }

    /// <summary>Whether there is a file.</summary>
    public bool IsThere => Folder.TryGetStatus(Name, out _) == Errno.None;

    /// <summary>Checks that there is no file, unless it may be replaced.</summary>
    /// <exception cref="KsmToolsException"><see cref="ErrorReason.KernelIoError"/>: there is one.</exception>
    public void RequireFree()
    {
        if (!_replace && IsThere)
        {
            throw new KsmToolsException(ErrorReason.KernelIoError, FullPath, Text.Format(Messages.FileExists, FullPath), Messages.FileExistsAction, Errno.EEXIST);
        }
    }

    /// <summary>
    /// Gives a file, which is to get this name, to whom it is for. What is replaced keeps its owner, and nobody may do more with it than before. A file that just anybody could have
    /// put here has no say in that, and neither has one about what is private.
    /// </summary>
    /// <param name="file">The file.</param>
    /// <param name="mode">Who may do what with it.</param>
    /// <param name="keepsOwner">Whether one that is there has a say.</param>
    /// <exception cref="KsmToolsException">The kernel refused.</exception>
    public void GiveAway(SafeFileHandle file, UnixFileMode mode, bool keepsOwner)
    {
        FileStatus former = default;
        bool isKept = keepsOwner && Folder.TryGetStatus(Name, out former) == Errno.None && former.Kind == FileKind.Ordinary && IsKept(former);
        if (isKept)
        {
            mode &= former.Mode & Permissions;
            if (FileCalls.ChangeOwner(file, former.UserId, former.GroupId) != 0)
            {
                // Its group is another one now, which may do no more than everybody may.
                mode &= ~OfGroup | (UnixFileMode)(((int)mode & 7) << 3);
            }
        }

        Errno errno = AccessLists.TryReplace(file, isKept ? (Folder.Handle, Name) : null);
        bool isSo = FileStatus.TryGet(file, out FileStatus status) == Errno.None && (status.Mode & Permissions) == mode;
        if (errno == Errno.None && !isSo && FileCalls.ChangeMode(file, (uint)mode) != 0)
        {
            errno = FileCalls.LastError;
        }

        if (errno != Errno.None)
        {
            throw DraftFile.Failure(FullPath, errno);
        }
    }

    /// <summary>Gives the name to a file without one.</summary>
    public Errno TryName(SafeFileHandle file)
    {
        Errno errno = FolderCalls.TryName(file, Folder.Handle, Name);
        if (errno != Errno.EEXIST || !_replace)
        {
            return errno;
        }

        // Only a name that is free can be given to a file without one.
        string draft = OpenFolder.FreshName();
        errno = FolderCalls.TryName(file, Folder.Handle, draft);
        if (errno != Errno.None)
        {
            return errno;
        }

        errno = TryRename(Folder.Handle, draft);
        if (errno != Errno.None)
        {
            _ = FolderCalls.TryDelete(Folder.Handle, draft);
        }

        return errno;
    }

    /// <summary>Gives the name to a file that has another.</summary>
    /// <param name="folder">The folder that it is in, on the same file system.</param>
    /// <param name="name">Its name there.</param>
    public Errno TryRename(SafeFileHandle folder, string name) => FolderCalls.TryRename(folder, name, Folder.Handle, Name, _replace);

    public void Dispose() => Folder.Dispose();

    private static KsmToolsException NotOrdinary(string path) =>
        new(ErrorReason.KernelIoError, path, Text.Format(Messages.NotAnOrdinaryFile, path), Messages.NotAnOrdinaryFileAction);

    // /dev/stdout and the like lead each process somewhere else, and belong to all.
    private static bool IsMachinery(string folder) => folder is "/dev" or "/proc" || folder.StartsWith("/proc/", StringComparison.Ordinal) || folder.StartsWith("/sys/", StringComparison.Ordinal);

    private bool IsKept(FileStatus former) => former.IsOwn || former.UserId == Folder.Status.UserId || !Folder.Status.IsOpenToOthers;
}
