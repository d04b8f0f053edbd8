using KsmTools.Errors;
using KsmTools.Interop;
using KsmTools.Memory;

namespace KsmTools.Potential;

/// <summary>Failures of reading the memory of processes.</summary>
internal static class PotentialErrors
{
    /// <summary>A file about a process cannot be opened: for its memory the kernel asks for more (<c>PTRACE_MODE_ATTACH</c>) than for what is in it.</summary>
    /// <param name="errno">The kernel's answer.</param>
    /// <param name="id">The process.</param>
    /// <param name="path">The file.</param>
    public static KsmToolsException ForProcessFile(Errno errno, int id, string path) => errno is Errno.EPERM or Errno.EACCES
        ? new(ErrorReason.AccessDenied, id, Text.Format(Messages.CallFailed, Text.Format("open({0})", path), errno.Describe()), Messages.ProcessHiddenAction, errno)
        : PageErrors.ForProcessMemory(errno, id, path);

    /// <summary>Some processes hide their memory.</summary>
    /// <param name="first">The failure of the first of them.</param>
    /// <param name="count">How many there are.</param>
    public static KsmToolsException ForHiddenProcesses(KsmToolsException first, int count) => count == 1
        ? first
        : new(ErrorReason.AccessDenied, first.Target, Text.Format(Messages.ProcessesHidden, count, first.Message), first.RecommendedAction, first.Errno, first);
}
