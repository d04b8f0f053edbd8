using System.Runtime.InteropServices;
using KsmTools.Errors;
using KsmTools.Files;
using KsmTools.Interop;

namespace KsmTools.Memory;

/// <summary>Failures of looking at pages, moving them, and making the kernel walk.</summary>
internal static class PageErrors
{
    /// <summary>A process's memory cannot be looked at.</summary>
    /// <param name="errno">The kernel's answer.</param>
    /// <param name="id">The process.</param>
    /// <param name="path">The file.</param>
    public static KsmToolsException ForProcessMemory(Errno errno, int id, string path) =>
        errno is Errno.ENOENT or Errno.ESRCH ? ProcessErrors.WithoutMemory(errno, id, path) : KernelErrors.ForFile(errno, path, "read");

    /// <summary>A machine without such a node, or the node has no memory.</summary>
    /// <param name="folder">Where nodes are.</param>
    /// <param name="id">The node.</param>
    /// <param name="others">The nodes that would do.</param>
    public static KsmToolsException ForNode(string folder, int id, IEnumerable<int> others) =>
        new(ErrorReason.NumaNodeNotFound, id, Text.Format(Messages.NumaNodeNotFound, folder, id), Text.Format(Messages.NumaNodeNotFoundAction, string.Join(", ", others)));

    /// <summary>Only one node has memory.</summary>
    /// <param name="folder">Where nodes are.</param>
    public static KsmToolsException ForSingleNode(string folder) =>
        new(ErrorReason.NumaSingleNode, folder, Text.Format(Messages.NumaSingleNode, folder), Messages.NumaSingleNodeAction);

    /// <summary>Only the running kernel's memory can be worked on.</summary>
    /// <param name="root">The captured tree.</param>
    public static KsmToolsException ForCapturedTree(string root) =>
        new(ErrorReason.TriggerNotSupported, root, Text.Format(Messages.CapturedTreeHasNoMemory, root), Messages.CapturedTreeHasNoMemoryAction);

    /// <summary>move_pages(2) refused as a whole.</summary>
    /// <param name="errno">The kernel's answer.</param>
    /// <param name="id">The process.</param>
    /// <param name="node">Where pages were to go; null where it was only asked where they are.</param>
    public static KsmToolsException ForMovePages(Errno errno, int id, int? node)
    {
        string call = Text.Format("move_pages({0}, {1})", id, node is null ? "nodes=NULL" : Text.Format("node {0}, MPOL_MF_MOVE_ALL", node));
        return errno switch
        {
            Errno.ESRCH => ProcessErrors.NotFound(errno, id),
            Errno.EACCES when node is not null =>
                new(ErrorReason.AccessDenied, node, Text.Format(Messages.NodeNotAllowed, call, node, id, errno.Describe()), Text.Format(Messages.NodeNotAllowedAction, id), errno),
            Errno.ENODEV when node is not null =>
                new(ErrorReason.NumaNodeNotFound, node, Text.Format(Messages.CallFailed, call, errno.Describe()), Messages.NumaNodeLostAction, errno),
            Errno.EPERM => new(ErrorReason.AccessDenied, id, Text.Format(Messages.CallFailed, call, errno.Describe()), Messages.MoveNotPermittedAction, errno),
            _ => KernelErrors.ForCall(errno, call, id),
        };
    }

    /// <summary>Pages did not move.</summary>
    /// <param name="results">What became of all pages.</param>
    /// <param name="ksmdRuns">Whether ksmd runs, which holds pages.</param>
    public static KsmToolsException ForMoves(IReadOnlyList<PageMoveResult> results, bool ksmdRuns)
    {
        PageMoveResult[] failed = [.. results.Where(result => result.IsFailure)];
        string causes = string.Join(", ", failed.CountBy(result => result.Status).Select(cause => Text.Format("{0} x {1}", cause.Key, cause.Value)));
        string action = failed.Any(result => result.Status is PageMoveStatus.EBUSY or PageMoveStatus.EAGAIN) ? ksmdRuns ? Messages.PageBusyKsmAction : Messages.PageBusyAction
            : failed.All(result => result.Status is PageMoveStatus.ENOENT or PageMoveStatus.EFAULT) ? Messages.PageAbsentAction
            : failed.Any(result => result.Status == PageMoveStatus.ENOMEM) ? Messages.PageNoRoomAction
            : Messages.PageNotMovableAction;
        return new KsmToolsException(
            ErrorReason.PageMoveFailed,
            failed[0],
            Text.Format(Messages.PageMoveFailed, failed.Length, results.Count, failed[0].Id, failed[0].ToNode, causes, failed[0].Address, failed[0].Attempts),
            action);
    }

    /// <summary>move_pages(2) has no function in libc, and its number is not known for this processor.</summary>
    /// <param name="architecture">The processor.</param>
    public static KsmToolsException ForMoveArchitecture(Architecture architecture) =>
        new(ErrorReason.TriggerNotSupported, architecture, Text.Format(Messages.MoveArchitecture, architecture), Messages.MoveArchitectureAction);

    /// <summary>The machine code that holds forked pages was not written for this architecture.</summary>
    public static KsmToolsException ForHolderArchitecture() => new(
        ErrorReason.TriggerNotSupported,
        RuntimeInformation.ProcessArchitecture,
        Text.Format(Messages.HolderArchitecture, RuntimeInformation.ProcessArchitecture),
        Messages.HolderArchitectureAction);
}
