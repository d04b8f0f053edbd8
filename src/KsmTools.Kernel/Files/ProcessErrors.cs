using System.Globalization;
using KsmTools.Errors;
using KsmTools.Interop;

namespace KsmTools.Files;

/// <summary>Processes that are not there, or not to be seen.</summary>
internal static class ProcessErrors
{
    private const string ProcFolder = "/proc/";

    /// <summary>There is no such process, or <c>/proc</c> hides it.</summary>
    /// <param name="errno">The kernel's answer.</param>
    /// <param name="id">The process.</param>
    /// <param name="path">A file of it, which is the running kernel's or a captured tree's.</param>
    public static KsmToolsException NotFound(Errno errno, int id, string path = ProcFolder) => HiddenIn(path) is { } option
        ? new(ErrorReason.ProcessNotFound, id, Text.Format(Messages.ProcessIdHidden, id, option), Messages.ProcessHiddenMountAction, errno)
        : new(ErrorReason.ProcessNotFound, id, Text.Format(Messages.ProcessIdNotFound, id), Messages.ProcessNotFoundAction, errno);

    /// <summary>No process has a name, or <c>/proc</c> hides those that have it.</summary>
    /// <param name="kernel">The kernel's files.</param>
    /// <param name="name">The name.</param>
    public static KsmToolsException NotFound(KernelTree kernel, string name) => HiddenProcesses.Find(kernel) is { } option
        ? new(ErrorReason.ProcessNotFound, name, Text.Format(Messages.ProcessNameHidden, name, option), Messages.ProcessHiddenMountAction)
        : new(ErrorReason.ProcessNotFound, name, Text.Format(Messages.ProcessNameNotFound, name), Messages.ProcessNotFoundAction);

    /// <summary>A file of a process's memory says that there is no process (<c>ESRCH</c>): of a kernel thread it does, too, since 6.16 already when it is opened.</summary>
    /// <param name="errno">The kernel's answer.</param>
    /// <param name="id">The process.</param>
    /// <param name="path">The file.</param>
    public static KsmToolsException WithoutMemory(Errno errno, int id, string path) =>
        errno == Errno.ESRCH && IsLive(path) && KernelTree.Running.Exists(string.Create(CultureInfo.InvariantCulture, $"{ProcFolder}{id}"))
            ? new(ErrorReason.ProcessNotFound, id, Text.Format(Messages.ProcessHasNoMemory, id), Messages.ProcessHasNoMemoryAction, errno)
            : NotFound(errno, id, path);

    private static bool IsLive(string path) => path.StartsWith(ProcFolder, StringComparison.Ordinal);

    private static string? HiddenIn(string path) => IsLive(path) ? HiddenProcesses.Find(KernelTree.Running) : null;
}
