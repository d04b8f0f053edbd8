using KsmTools.Errors;
using KsmTools.Files;
using KsmTools.Interop;

namespace KsmTools.Potential;

/// <summary>Failures of reading the memory of processes.</summary>
internal static class PotentialErrors
{
    /// <summary>A process's pages cannot be read: process_vm_readv(2) asks for more (<c>PTRACE_MODE_ATTACH</c>) than the files of /proc do.</summary>
    /// <param name="errno">The kernel's answer.</param>
    /// <param name="id">The process.</param>
    public static KsmToolsException ForProcessPages(Errno errno, int id)
    {
        string call = Text.Format("process_vm_readv({0})", id);
        return errno switch
        {
            Errno.ESRCH => ProcessErrors.NotFound(errno, id),
            Errno.EPERM => new(ErrorReason.AccessDenied, id, Text.Format(Messages.CallFailed, call, errno.Describe()), Messages.ProcessHiddenAction, errno),
            _ => KernelErrors.ForCall(errno, call, id),
        };
    }

    /// <summary>Some processes hide their memory.</summary>
    /// <param name="first">The failure of the first of them.</param>
    /// <param name="count">How many there are.</param>
    public static KsmToolsException ForHiddenProcesses(KsmToolsException first, int count) => count == 1
        ? first
        : new(ErrorReason.AccessDenied, first.Target, Text.Format(Messages.ProcessesHidden, count, first.Message), first.RecommendedAction, first.Errno, first);
}
