using System.Runtime.InteropServices;
using KsmTools.Interop;

namespace KsmTools.Errors;

/// <summary>Failures of reading and starting processes.</summary>
internal static partial class KernelErrors
{
    /// <summary>The failure of reading what KSM does for a process.</summary>
    /// <param name="errno">The kernel's answer; <see cref="Errno.ENOSYS"/> where it has no such files.</param>
    /// <param name="id">The process.</param>
    /// <param name="path">The file.</param>
    public static KsmToolsException ForKsmProcess(Errno errno, int id, string path) => errno switch
    {
        Errno.ESRCH => new(
            ErrorReason.ProcessNotFound, id, Text.Format(Messages.ProcessIdNotFound, id), Messages.ProcessNotFoundAction, errno),
        Errno.ENOSYS => new(
            ErrorReason.KsmNotSupported, path, Text.Format(Messages.KsmProcessMissing, path), Messages.KsmProcessMissingAction, errno),
        _ => ForFile(errno, path, "read"),
    };

    /// <summary>Some processes belong to other users.</summary>
    /// <param name="path">The file of the first of them.</param>
    /// <param name="count">How many there are.</param>
    public static KsmToolsException ForDeniedProcesses(string path, int count)
    {
        if (count == 1)
        {
            return ForFile(Errno.EACCES, path, "read");
        }

        string action = CurrentUser.IsRoot ? Messages.AccessDeniedAsRootAction : Messages.AccessDeniedAction;
        return new(
            ErrorReason.AccessDenied, path, Text.Format(Messages.ProcessesDenied, count, path, Errno.EACCES.Describe()), action, Errno.EACCES);
    }

    /// <summary>A process's pages cannot be read: process_vm_readv(2) asks for more (<c>PTRACE_MODE_ATTACH</c>) than the files of /proc do.</summary>
    /// <param name="errno">The kernel's answer.</param>
    /// <param name="id">The process.</param>
    public static KsmToolsException ForProcessPages(Errno errno, int id)
    {
        string call = Text.Format("process_vm_readv({0})", id);
        return errno switch
        {
            Errno.ESRCH => ForProcess(errno, id),
            Errno.EPERM => new(ErrorReason.AccessDenied, id, Text.Format(Messages.CallFailed, call, errno.Describe()), Messages.ProcessHiddenAction, errno),
            _ => ForCall(errno, call, id),
        };
    }

    /// <summary>Some processes hide their memory.</summary>
    /// <param name="first">The failure of the first of them.</param>
    /// <param name="count">How many there are.</param>
    public static KsmToolsException ForHiddenProcesses(KsmToolsException first, int count) => count == 1
        ? first
        : new(ErrorReason.AccessDenied, first.Target, Text.Format(Messages.ProcessesHidden, count, first.Message), first.RecommendedAction, first.Errno, first);

    /// <summary>No process has a name.</summary>
    public static KsmToolsException ForProcessName(string name) =>
        new(ErrorReason.ProcessNotFound, name, Text.Format(Messages.ProcessNameNotFound, name), Messages.ProcessNotFoundAction);

    /// <summary>prctl(PR_SET_MEMORY_MERGE) failed: <c>EINVAL</c> is a kernel before 6.4.</summary>
    public static KsmToolsException ForMemoryMerge(Errno errno) => errno == Errno.EINVAL
        ? new(
            ErrorReason.KsmNotSupported,
            "prctl(PR_SET_MEMORY_MERGE)",
            Text.Format(Messages.MemoryMergeMissing, errno.Describe()),
            Messages.MemoryMergeMissingAction,
            errno)
        : ForCall(errno, "prctl(PR_SET_MEMORY_MERGE, 1)", null);

    /// <summary>The launcher's machine code was not written for this architecture.</summary>
    public static KsmToolsException ForLauncherArchitecture() => new(
        ErrorReason.KsmNotSupported,
        RuntimeInformation.ProcessArchitecture,
        Text.Format(Messages.LauncherArchitecture, RuntimeInformation.ProcessArchitecture),
        Messages.LauncherArchitectureAction);

    /// <summary>The machine code that holds forked pages was not written for this architecture.</summary>
    public static KsmToolsException ForHolderArchitecture() => new(
        ErrorReason.TriggerNotSupported,
        RuntimeInformation.ProcessArchitecture,
        Text.Format(Messages.HolderArchitecture, RuntimeInformation.ProcessArchitecture),
        Messages.HolderArchitectureAction);

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
            Errno.EACCES or Errno.EPERM => Text.Format(Messages.ProgramNotExecutableAction, path),
            Errno.ENOEXEC => Messages.ProgramFormatAction,
            Errno.EISDIR => Messages.ProgramIsFolderAction,
            _ => Messages.KernelIoErrorAction,
        },
        errno);

    /// <summary>A program cannot start in a folder.</summary>
    public static KsmToolsException ForWorkingFolder(Errno errno, string path) => new(
        ErrorReason.KernelIoError, path, Text.Format(Messages.KernelIoError, path, "enter", errno.Describe()), Messages.WorkingFolderAction, errno);
}
