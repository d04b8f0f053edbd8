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

    /// <summary>No process has a name.</summary>
    public static KsmToolsException ForProcessName(string name) =>
        new(ErrorReason.ProcessNotFound, name, Text.Format(Messages.ProcessNameNotFound, name), Messages.ProcessNotFoundAction);
}
