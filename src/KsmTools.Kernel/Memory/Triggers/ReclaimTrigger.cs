using System.Diagnostics;
using System.Globalization;
using KsmTools.Errors;
using KsmTools.Files;
using KsmTools.Interop;
using KsmTools.Records;

namespace KsmTools.Memory.Triggers;

/// <summary>
/// Proactive reclaim of the process's control group (<c>memory.reclaim</c>, Documentation/admin-guide/cgroup-v2.rst), until the pages are gone: the path that hurts when memory
/// is short.
/// </summary>
internal sealed class ReclaimTrigger : WalkTrigger
{
    // Shares of the group's memory that are asked for, one after the other: as little as gets at the pages.
    private const int Share = 16;
    private const int MaximumAttempts = 4 * Share;
    private const long LeastBytes = 1 << 20;

    public override RmapTrigger Kind => RmapTrigger.Reclaim;

    public override string Needs => Messages.ReclaimNeeds;

    public override string Action => Messages.ReclaimTriggerAction;

    public override TriggerRefusal? Check(TriggerTarget target)
    {
        string? folder = ControlGroupFolders.UnifiedOf(target.Kernel, target.Id);
        return CheckPresent(target)
            ?? (folder is null ? Refuse(Text.Format(Messages.TriggerNoControlGroup, target.Id), Messages.TriggerNoControlGroupAction) : null)
            ?? (target.Kernel.Exists(folder + "/memory.reclaim")
                ? CheckFile(target, folder + "/memory.reclaim", "CONFIG_MEMCG")
                : Refuse(Text.Format(Messages.TriggerNoReclaim, folder, target.Id), Messages.TriggerNoControlGroupAction))
            ?? CheckGenerations(target)
            ?? CheckSwap(target);
    }

    private TriggerRefusal? CheckGenerations(TriggerTarget target) => target.First.PageType == RmapPageType.Ksm && LruGenerations.On(target.Kernel) is { } enabled
        ? Refuse(Text.Format(Messages.LruGenerations, LruGenerations.Path, enabled), Text.Format(Messages.LruGenerationsAction, LruGenerations.Path, enabled))
        : null;

    public override TriggerOutcome Run(TriggerTarget target, Stopwatch clock, CancellationToken cancellationToken)
    {
        string folder = ControlGroupFolders.UnifiedOf(target.Kernel, target.Id)!;
        string file = folder + "/memory.reclaim";
        IReadOnlyList<ProcessPage> before = target.ReadPages(cancellationToken);
        int wanted = CountMoved(before, [.. before.Select(_ => new ProcessPage())]);
        int gone = 0;
        for (int attempt = 0; gone < wanted && attempt < MaximumAttempts; attempt++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            LruDrain.Run(target);
            long bytes = Math.Max((target.Kernel.ReadInt64(folder + "/memory.current") ?? 0) / Share, LeastBytes);
            clock.Start();
            Errno errno = target.Kernel.TryWrite(file, bytes.ToString(CultureInfo.InvariantCulture));
            clock.Stop();

            // EAGAIN: less than that was reclaimed.
            if (errno is not (Errno.None or Errno.EAGAIN or Errno.EINTR))
            {
                throw KernelErrors.ForFile(errno, file, "write");
            }

            gone = CountMoved(before, target.ReadPages(cancellationToken));
        }

        return new TriggerOutcome(gone, target.First.Node, Remark: gone < wanted ? Text.Format(Messages.ReclaimLeft, wanted - gone, wanted) : null);
    }
}
