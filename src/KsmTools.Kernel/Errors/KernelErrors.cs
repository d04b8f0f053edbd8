using KsmTools.Interop;

namespace KsmTools.Errors;

/// <summary>The one place where an errno of a kernel file or system call becomes an exception.</summary>
internal static class KernelErrors
{
    private static readonly string[] KernelMounts = ["/sys", "/proc", "/run"];

    /// <summary>The failure of reading, writing or opening a file.</summary>
    /// <param name="errno">The kernel's answer.</param>
    /// <param name="path">The file.</param>
    /// <param name="verb">What was tried: "read", "write", "open".</param>
    public static KsmToolsException ForFile(Errno errno, string path, string verb) => errno switch
    {
        Errno.EACCES or Errno.EPERM => new(
            ErrorReason.AccessDenied,
            path,
            Text.Format(Messages.AccessDenied, path, verb, errno.Describe()),
            CurrentUser.IsRoot ? Messages.AccessDeniedAsRootAction : Messages.AccessDeniedAction,
            errno),
        Errno.EROFS => new(
            ErrorReason.AccessDenied,
            path,
            Text.Format(Messages.AccessDenied, path, verb, errno.Describe()),
            ReadOnlyAction(path),
            errno),
        Errno.ENOSPC or Errno.EDQUOT => new(
            ErrorReason.KernelIoError, path, Text.Format(Messages.KernelIoError, path, verb, errno.Describe()), Messages.NoSpaceAction, errno),
        Errno.EBUSY => new(
            ErrorReason.KnobBusy, path, Text.Format(Messages.FileBusy, path, verb, errno.Describe()), Messages.FileBusyAction, errno),
        Errno.ENOMEM => new(
            ErrorReason.MemoryInsufficient,
            path,
            Text.Format(Messages.KernelIoError, path, verb, errno.Describe()),
            Messages.MemoryInsufficientAction,
            errno),
        _ => new(
            ErrorReason.KernelIoError, path, Text.Format(Messages.KernelIoError, path, verb, errno.Describe()), Messages.KernelIoErrorAction, errno),
    };

    /// <summary>What to do about a file system that is mounted read-only.</summary>
    /// <param name="path">The file.</param>
    public static string ReadOnlyAction(string path) =>
        Array.Find(KernelMounts, mount => path.StartsWith(mount + "/", StringComparison.Ordinal)) is { } mount ? Text.Format(Messages.ReadOnlyFileSystemAction, mount) : Messages.ReadOnlyPlaceAction;

    /// <summary>The failure of a system call that is not about a file.</summary>
    /// <param name="errno">The kernel's answer.</param>
    /// <param name="call">The call and its main argument, as strace would show it.</param>
    /// <param name="target">What the call was about.</param>
    public static KsmToolsException ForCall(Errno errno, string call, object? target) => errno switch
    {
        Errno.EACCES or Errno.EPERM => new(
            ErrorReason.AccessDenied,
            target,
            Text.Format(Messages.CallFailed, call, errno.Describe()),
            CurrentUser.IsRoot ? Messages.AccessDeniedAsRootAction : Messages.AccessDeniedAction,
            errno),
        Errno.ENOMEM => new(
            ErrorReason.MemoryInsufficient, target, Text.Format(Messages.CallFailed, call, errno.Describe()), Messages.MemoryInsufficientAction, errno),
        Errno.ESRCH => new(
            ErrorReason.ProcessNotFound, target, Text.Format(Messages.CallFailed, call, errno.Describe()), Messages.ProcessNotFoundAction, errno),
        _ => new(ErrorReason.KernelIoError, target, Text.Format(Messages.CallFailed, call, errno.Describe()), Messages.KernelIoErrorAction, errno),
    };

    /// <summary>A file whose contents are not what the kernel's documentation says.</summary>
    public static KsmToolsException ForContents(string path, string contents) => new(
        ErrorReason.KernelIoError, path, Text.Format(Messages.UnexpectedContents, path, TerminalText.Quote(contents)), Messages.UnexpectedContentsAction);

    /// <summary>A program cannot be executed.</summary>
    /// <param name="errno">What the kernel said.</param>
    /// <param name="path">The program.</param>
    public static KsmToolsException ForProgram(Errno errno, string path) => new(
        errno is Errno.EACCES or Errno.EPERM ? ErrorReason.AccessDenied : ErrorReason.KernelIoError,
        path,
        Text.Format(Messages.KernelIoError, path, "execute", errno.Describe()),
        errno switch
        {
            Errno.ENOENT or Errno.ENOTDIR => Messages.ProgramNotFoundAction,
            Errno.EACCES or Errno.EPERM => Messages.ProgramNotExecutableAction,
            Errno.ENOEXEC => Messages.ProgramFormatAction,
            Errno.EISDIR => Messages.ProgramIsFolderAction,
            _ => Messages.KernelIoErrorAction,
        },
        errno);

    /// <summary>A program cannot start in a folder.</summary>
    public static KsmToolsException ForWorkingFolder(Errno errno, string path) => new(
        ErrorReason.KernelIoError, path, Text.Format(Messages.KernelIoError, path, "enter", errno.Describe()), Messages.WorkingFolderAction, errno);
}
