using KsmTools.Errors;
using KsmTools.Interop;
using Microsoft.Win32.SafeHandles;

namespace KsmTools.Files;

/// <summary>
/// A folder that was found once, in which files then get their names. Of the links on the way only those are followed that root or the user made: whoever can
/// write a folder on the way can lead anywhere with others. What a file system in user space (FUSE) says of an owner is the word of who runs it.
/// </summary>
internal sealed class OpenFolder : IDisposable
{
    // MAXSYMLINKS of include/linux/namei.h.
    private const int MostLinks = 40;

    private readonly bool _isOwnAllTheWay;

    /// <param name="handle">The folder, open; it is taken over.</param>
    /// <param name="status">Whose it is.</param>
    public OpenFolder(SafeFileHandle handle, FileStatus status)
        : this(handle, status, isOwnAllTheWay: false)
    {
    }

    private OpenFolder(SafeFileHandle handle, FileStatus status, bool isOwnAllTheWay)
    {
        Handle = handle;
        Status = status;
        _isOwnAllTheWay = isOwnAllTheWay;
    }

    /// <summary>The folder.</summary>
    public SafeFileHandle Handle { get; }

    /// <summary>Whose it is.</summary>
    public FileStatus Status { get; }

    /// <summary>Where it is now, without links.</summary>
    public string RealPath => FolderCalls.TryReadLink(KernelTree.PathOf(Handle), out string path) == Errno.None ? path : string.Empty;

    /// <summary>Whether nobody but root and the user can put something else where a path leads, or into that folder.</summary>
    /// <param name="path">The folder's full path.</param>
    public static bool IsSafe(string path)
    {
        try
        {
            _ = TryOpen(path, out OpenFolder? folder);
            using (folder)
            {
                return folder is { _isOwnAllTheWay: true, Status.IsOpenToOthers: false };
            }
        }
        catch (KsmToolsException failure) when (failure.Reason == ErrorReason.UnsafePath)
        {
            return false;
        }
    }

    /// <summary>Finds a folder.</summary>
    /// <param name="path">Its full path.</param>
    /// <param name="folder">The folder, or null.</param>
    /// <returns><see cref="Errno.None"/>, or what the kernel said.</returns>
    /// <exception cref="KsmToolsException"><see cref="ErrorReason.UnsafePath"/>: a link on the way belongs to somebody else.</exception>
    public static Errno TryOpen(string path, out OpenFolder? folder)
    {
        folder = null;
        var rest = new Stack<string>();
        Push(rest, path);
        int links = 0;
        bool isOwnAllTheWay = true;
        Errno errno = Open(null, "/", out SafeFileHandle? at, out FileStatus status);
        while (errno == Errno.None && rest.TryPop(out string? name))
        {
            errno = Open(at, name, out SafeFileHandle? next, out status);
            if (errno == Errno.None && status.Kind == FileKind.Link)
            {
                if (!IsTrusted(next!, status))
                {
                    next!.Dispose();
                    at!.Dispose();
                    throw PathErrors.ForLink(path, name, status.UserId);
                }

                errno = FolderCalls.TryReadLink(next!, out string target);
                next!.Dispose();
                errno = errno == Errno.None && ++links > MostLinks ? Errno.ELOOP : errno;
                next = at;
                if (target.StartsWith('/') && errno == Errno.None)
                {
                    errno = Open(null, "/", out next, out status);
                    at!.Dispose();
                }

                Push(rest, target);
            }
            else
            {
                // In a sticky folder nobody takes the place of what is another's.
                isOwnAllTheWay &= status.IsOwn && (!status.IsOpenToOthers || (status.Mode & UnixFileMode.StickyBit) != 0);
                at!.Dispose();
            }

            at = next;
        }

        if (errno == Errno.None && (FileStatus.TryGet(at!, out status) != Errno.None || status.Kind != FileKind.Folder))
        {
            errno = Errno.ENOTDIR;
        }

        if (errno != Errno.None)
        {
            at?.Dispose();
            return errno;
        }

        folder = new OpenFolder(at!, status, isOwnAllTheWay);
        return Errno.None;
    }

    /// <summary>What has a name here; the link itself where it is one.</summary>
    public Errno TryGetStatus(string name, out FileStatus status) => FileStatus.TryGet(Handle, name, out status);

    /// <summary>
    /// Makes a file that nobody else can find: one without a name. Where the file system has none such it has a name that nobody can guess, and nothing that was there is opened.
    /// </summary>
    /// <param name="mode">Its mode, less what the user's mask takes.</param>
    /// <param name="file">The file, open for reading and writing, or null.</param>
    /// <param name="name">The name that it has for now, or null.</param>
    /// <returns><see cref="Errno.None"/>, or what the kernel said.</returns>
    public Errno TryMakeDraft(UnixFileMode mode, out SafeFileHandle? file, out string? name)
    {
        name = null;
        Errno errno = FolderCalls.TryOpen(Handle, ".", FileCalls.Nameless | FileCalls.ReadWrite, mode, out file);

        // A file system without them; a kernel or a file system that takes the flag for that of an ordinary folder.
        if (errno is Errno.EOPNOTSUPP or Errno.EISDIR or Errno.EINVAL or Errno.ENOENT)
        {
            name = FreshName();
            errno = FolderCalls.TryOpen(Handle, name, FileCalls.Create | FileCalls.Exclusive | FileCalls.DoNotFollow | FileCalls.ReadWrite, mode, out file);
        }

        return errno;
    }

    /// <summary>A name that nobody can guess, with a dot: what a killed process leaves of it is taken for nothing else.</summary>
    public static string FreshName()
    {
        Span<byte> name = stackalloc byte[16];
        RandomBytes.Fill(name);
        return $".ksmtools-{Convert.ToHexStringLower(name)}";
    }

    public void Dispose() => Handle.Dispose();

    private static Errno Open(SafeFileHandle? folder, string name, out SafeFileHandle? file, out FileStatus status)
    {
        status = default;
        Errno errno = FolderCalls.TryOpen(folder, name, FileCalls.PlaceOnly | FileCalls.DoNotFollow, UnixFileMode.None, out file);
        return errno == Errno.None ? FileStatus.TryGet(file!, out status) : errno;
    }

    // A link that has another name elsewhere may have been put here by anybody.
    private static bool IsTrusted(SafeFileHandle link, FileStatus status) => status is { IsOwn: true, Names: 1 } && !FolderCalls.IsInUserSpace(link);

    private static void Push(Stack<string> rest, string path)
    {
        string[] names = path.Split('/', StringSplitOptions.RemoveEmptyEntries);
        for (int name = names.Length - 1; name >= 0; name--)
        {
            rest.Push(names[name]);
        }
    }
}
