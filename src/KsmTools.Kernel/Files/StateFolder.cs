using KsmTools.Errors;
using KsmTools.Interop;
using Microsoft.Win32.SafeHandles;

namespace KsmTools.Files;

/// <summary>
/// The folder in which commands keep what they must know of each other. What is there is done: settings are written back, sessions removed. So one rule holds for all of it: it
/// belongs to root (or to the user, who can then deceive only themselves; in a captured tree to whoever the tree belongs to), nobody else may write it, and it is no link.
/// What breaks the rule is not read, not written and not repaired.
/// </summary>
internal static class StateFolder
{
    /// <summary>Where it is.</summary>
    public const string Place = Parent + "/" + Own;

    private const string Parent = "/run";
    private const string Own = "ksmtools";

    /// <summary>Everybody may look: whoever reads KSM's settings is told that a command left them changed.</summary>
    private const UnixFileMode Mode =
        DraftFile.Readable | UnixFileMode.UserExecute | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute;

    /// <summary>Opens the folder, or one in it.</summary>
    /// <param name="kernel">The kernel's files.</param>
    /// <param name="name">The folder in it; null for itself.</param>
    /// <returns>The folder; null where it is not there.</returns>
    /// <exception cref="KsmToolsException"><see cref="ErrorReason.UnsafePath"/>: others could have made it, or could change it; or what the kernel said.</exception>
    public static OpenFolder? Find(KernelTree kernel, string? name = null) => Open(kernel, name, make: false);

    /// <summary>Opens the folder, or one in it, and makes it where it is not there. What the user's mask says does not count.</summary>
    /// <param name="kernel">The kernel's files.</param>
    /// <param name="name">The folder in it; null for itself.</param>
    /// <exception cref="KsmToolsException">As <see cref="Find"/>; or it cannot be made.</exception>
    public static OpenFolder Make(KernelTree kernel, string? name = null) => Open(kernel, name, make: true)!;

    /// <summary>Checks a file or folder by the rule.</summary>
    /// <param name="kernel">The kernel's files.</param>
    /// <param name="status">What it is.</param>
    /// <param name="kind">What it must be.</param>
    /// <param name="path">Where it is.</param>
    /// <exception cref="KsmToolsException"><see cref="ErrorReason.UnsafePath"/>.</exception>
    public static void Check(KernelTree kernel, FileStatus status, FileKind kind, string path)
    {
        bool isOwn = status.IsOwn || (!kernel.IsLive && FileStatus.TryGet(kernel.Root, out FileStatus root) == Errno.None && status.UserId == root.UserId);
        if (PathErrors.Objection(status, kind, isOwn) is { } why)
        {
            throw PathErrors.ForState(path, why);
        }
    }

    private static OpenFolder? Open(KernelTree kernel, string? name, bool make)
    {
        Errno errno = kernel.TryOpenFolder(Parent, FileCalls.PlaceOnly, out SafeFileHandle? parent);
        if (errno == Errno.ENOENT && make)
        {
            errno = MakeParent(kernel, out parent);
        }

        using (parent)
        {
            OpenFolder? own = errno == Errno.ENOENT && !make ? null
                : parent is null ? throw KernelErrors.ForFile(errno, kernel.Locate(Parent), "open")
                : Open(kernel, parent, Own, Place, make);
            if (own is null || name is null)
            {
                return own;
            }

            using (own)
            {
                return Open(kernel, own.Handle, name, $"{Place}/{name}", make);
            }
        }
    }

    private static OpenFolder? Open(KernelTree kernel, SafeFileHandle parent, string name, string path, bool make)
    {
        Errno errno = Errno.None;
        if (make)
        {
            errno = FolderCalls.TryMake(parent, name, Mode);
            if (errno is not (Errno.None or Errno.EEXIST))
            {
                throw KernelErrors.ForFile(errno, kernel.Locate(path), "create");
            }
        }

        // Only a folder that was opened to be read can be given another mode.
        errno = FolderCalls.TryOpen(parent, name, (make ? FileCalls.ReadOnly : FileCalls.PlaceOnly) | FileCalls.DoNotFollow | FileCalls.DoNotBlock, UnixFileMode.None, out SafeFileHandle? folder);
        if (folder is null)
        {
            return errno switch
            {
                Errno.ENOENT => null,
                Errno.ELOOP => throw PathErrors.ForState(kernel.Locate(path), Messages.StateOfAnotherKind),
                _ => throw KernelErrors.ForFile(errno, kernel.Locate(path), "open"),
            };
        }

        try
        {
            _ = FileStatus.TryGet(folder, out FileStatus status);
            Check(kernel, status, FileKind.Folder, kernel.Locate(path));
            if (make && status.UserId == CurrentUser.Id && status.Mode != Mode && FileCalls.ChangeMode(folder, (uint)Mode) != 0)
            {
                throw KernelErrors.ForFile(FileCalls.LastError, kernel.Locate(path), "change");
            }

            return new OpenFolder(folder, status);
        }
        catch
        {
            folder.Dispose();
            throw;
        }
    }

    private static Errno MakeParent(KernelTree kernel, out SafeFileHandle? parent)
    {
        parent = null;
        Errno errno = kernel.TryOpenFolder("/", FileCalls.PlaceOnly, out SafeFileHandle? root);
        using (root)
        {
            errno = root is null ? errno : FolderCalls.TryMake(root, Parent[1..], Mode);
        }

        return errno is Errno.None or Errno.EEXIST ? kernel.TryOpenFolder(Parent, FileCalls.PlaceOnly, out parent) : errno;
    }
}
