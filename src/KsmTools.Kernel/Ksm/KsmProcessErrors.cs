using System.Runtime.InteropServices;
using KsmTools.Errors;
using KsmTools.Files;
using KsmTools.Interop;

namespace KsmTools.Ksm;

/// <summary>Failures of reading and starting processes.</summary>
internal static class KsmProcessErrors
{
    /// <summary>The failure of reading what KSM does for a process.</summary>
    /// <param name="errno">The kernel's answer; <see cref="Errno.ENOSYS"/> where it has no such files.</param>
    /// <param name="id">The process.</param>
    /// <param name="path">The file.</param>
    public static KsmToolsException ForKsmProcess(Errno errno, int id, string path) => errno switch
    {
        Errno.ESRCH => ProcessErrors.NotFound(errno, id, path),
        Errno.ENOSYS => new(
            ErrorReason.KsmNotSupported, path, Text.Format(Messages.KsmProcessMissing, path), Messages.KsmProcessMissingAction, errno),
        _ => KernelErrors.ForFile(errno, path, "read"),
    };

    /// <summary>Some processes belong to other users.</summary>
    /// <param name="path">The file of the first of them.</param>
    /// <param name="count">How many there are.</param>
    public static KsmToolsException ForDeniedProcesses(string path, int count)
    {
        if (count == 1)
        {
            return KernelErrors.ForFile(Errno.EACCES, path, "read");
        }

        string action = CurrentUser.IsRoot ? Messages.AccessDeniedAsRootAction : Messages.AccessDeniedAction;
        return new(
            ErrorReason.AccessDenied, path, Text.Format(Messages.ProcessesDenied, count, path, Errno.EACCES.Describe()), action, Errno.EACCES);
    }

    /// <summary>prctl(PR_SET_MEMORY_MERGE) failed: <c>EINVAL</c> is a kernel before 6.4.</summary>
    public static KsmToolsException ForMemoryMerge(Errno errno) => errno == Errno.EINVAL
        ? new(
            ErrorReason.KsmNotSupported,
            "prctl(PR_SET_MEMORY_MERGE)",
            Text.Format(Messages.MemoryMergeMissing, errno.Describe()),
            Messages.MemoryMergeMissingAction,
            errno)
        : KernelErrors.ForCall(errno, "prctl(PR_SET_MEMORY_MERGE, 1)", null);

    /// <summary>The launcher's machine code was not written for this architecture.</summary>
    public static KsmToolsException ForLauncherArchitecture() => new(
        ErrorReason.KsmNotSupported,
        RuntimeInformation.ProcessArchitecture,
        Text.Format(Messages.LauncherArchitecture, RuntimeInformation.ProcessArchitecture),
        Messages.LauncherArchitectureAction);
}
