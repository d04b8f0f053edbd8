using System.Diagnostics;
using System.Globalization;
using KsmTools.Errors;
using KsmTools.Interop;

namespace KsmTools.Memory.Triggers;

/// <summary>
/// Soft offlining, by madvise(2) in this process and by a file for other ones (Documentation/ABI/testing/sysfs-memory-page-offline): the contents migrate, on one NUMA node too, and the physical page they were on is used no more until
/// the machine boots.
/// </summary>
internal sealed class SoftOfflineTrigger : WalkTrigger
{
    private const string SoftOffline = "/sys/devices/system/memory/soft_offline_page";
    private const string Options = "CONFIG_MEMORY_FAILURE";
    private const int MaximumAttempts = 10;

    public override RmapTrigger Kind => RmapTrigger.SoftOffline;

    public override bool Migrates => true;

    public override string Needs => Messages.SoftOfflineNeeds;

    public override string Action => Messages.SoftOfflineTriggerAction;

    public override bool OnlyByName => true;

    public override TriggerRefusal? Check(TriggerTarget target)
    {
        if (!IsOwn(target))
        {
            return CheckFile(target, SoftOffline, Options) ?? CheckFrame(target);
        }

        // Advice about no bytes is refused only where it is not known.
        return MemoryCalls.Advise((nint)target.First.Address, 0, MemoryCalls.SoftOffline) < 0
            ? Refuse(Text.Format(Messages.TriggerAdviceUnknown, MemoryCalls.LastError.Describe()), Text.Format(Messages.TriggerFileMissingAction, Options))
            : CurrentUser.HasCapability(CurrentUser.SysAdmin)
                ? CheckFrame(target)
                : Refuse(Messages.TriggerNoSysAdmin, Messages.AccessDeniedAction, ErrorReason.AccessDenied);
    }

    public override TriggerOutcome Run(TriggerTarget target, Stopwatch clock, CancellationToken cancellationToken)
    {
        IReadOnlyList<ProcessPage> before = target.ReadPages(cancellationToken);
        foreach (ProcessPage page in before.Where(page => page.PageFrame is not null).DistinctBy(page => page.PageFrame))
        {
            cancellationToken.ThrowIfCancellationRequested();
            Errno errno = Offline(target, page, clock, cancellationToken);
            if (errno != Errno.None)
            {
                throw new KsmToolsException(
                    ErrorReason.PageMoveFailed,
                    page,
                    Text.Format(Messages.SoftOfflineFailed, page.PageFrame, page.Address, errno.Describe()),
                    target.KsmdRuns ? Messages.PageBusyKsmAction : Messages.PageBusyAction,
                    errno);
            }
        }

        return new TriggerOutcome(CountMoved(before, target.ReadPages(cancellationToken)), target.First.Node);
    }

    private static bool IsOwn(TriggerTarget target) => target.Id == Environment.ProcessId;

    private static Errno Offline(TriggerTarget target, ProcessPage page, Stopwatch clock, CancellationToken cancellationToken)
    {
        for (int attempt = 1; ; attempt++)
        {
            LruDrain.Run(target);
            clock.Start();
            Errno errno = IsOwn(target)
                ? PageCalls.Advise(target.Id, (nint)page.Address, Environment.SystemPageSize, MemoryCalls.SoftOffline)
                : target.Kernel.TryWrite(SoftOffline, string.Create(CultureInfo.InvariantCulture, $"0x{page.PageFrame * Environment.SystemPageSize:x}"));
            clock.Stop();
            if (errno is not (Errno.EBUSY or Errno.EAGAIN or Errno.EIO) || attempt == MaximumAttempts)
            {
                return errno;
            }

            if (cancellationToken.WaitHandle.WaitOne(attempt * 4))
            {
                cancellationToken.ThrowIfCancellationRequested();
            }
        }
    }
}
