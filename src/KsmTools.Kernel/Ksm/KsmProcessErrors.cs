using System.Globalization;
using System.Runtime.InteropServices;
using KsmTools.Errors;
using KsmTools.Files;
using KsmTools.Interop;

namespace KsmTools.Ksm;

/// <summary>Failures of reading and starting processes.</summary>
internal static class KsmProcessErrors
{
    /// <summary>The failure of reading what KSM does for a process.</summary>
    /// <param name="errno">The kernel's answer.</param>
    /// <param name="id">The process.</param>
    /// <param name="path">The file.</param>
    public static KsmToolsException ForKsmProcess(Errno errno, int id, string path) => errno switch
    {
        Errno.ESRCH => ProcessErrors.NotFound(errno, id, path),
        _ => KernelErrors.ForFile(errno, path, "read"),
    };

    /// <summary>Nothing is said about any process.</summary>
    /// <param name="kernel">The kernel's files.</param>
    /// <param name="path">The file of one of them.</param>
    public static KsmToolsException ForAllProcesses(KernelTree kernel, string path) => kernel.IsLive
        ? new(ErrorReason.KsmNotSupported, path, Text.Format(Messages.KsmProcessMissing, path), Messages.KsmProcessMissingAction, Errno.ENOSYS)
        : new(ErrorReason.KsmNotSupported, path, Text.Format(Messages.KsmProcessesNotInTree, path), Messages.KsmProcessesNotInTreeAction, Errno.ENOSYS);

    /// <summary>A captured tree lacks the files of one process, and has those of others.</summary>
    /// <param name="id">The process.</param>
    /// <param name="name">Its name; null where the tree lacks that, too.</param>
    /// <param name="path">The file.</param>
    public static KsmToolsException ForLackingProcess(int id, string? name, string path) => new(
        ErrorReason.ProcessNotFound, id, Text.Format(Messages.KsmProcessNotInTree, Named(id, name), path), Messages.KsmProcessesNotInTreeAction, Errno.ENOENT);

    /// <summary>A captured tree lacks the files of some processes, and has those of others.</summary>
    /// <param name="first">The first few.</param>
    /// <param name="count">How many there are.</param>
    /// <param name="path">The file of one of them.</param>
    public static KsmToolsException ForLackingProcesses(IEnumerable<(int Id, string? Name)> first, int count, string path)
    {
        string[] named = [.. first.Select(process => Named(process.Id, process.Name))];
        string message = count > named.Length
            ? Text.Format(Messages.KsmProcessesLackingMore, count, string.Join(", ", named), count - named.Length)
            : Text.Format(Messages.KsmProcessesLacking, count, string.Join(", ", named));
        return new(ErrorReason.ProcessNotFound, path, message, Messages.KsmProcessesNotInTreeAction, Errno.ENOENT);
    }

    /// <summary>A captured tree has no processes.</summary>
    /// <param name="folder">Where they would be.</param>
    public static KsmToolsException ForTreeWithout(string folder) =>
        new(ErrorReason.KernelIoError, folder, Text.Format(Messages.ProcessesNotInTree, folder), Text.Format(Messages.KsmNotInTreeAction, KernelTree.RootVariable), Errno.ENOENT);

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

    private static string Named(int id, string? name) => string.Create(CultureInfo.InvariantCulture, $"{id}{(name is null ? string.Empty : $" ({name})")}");
}
