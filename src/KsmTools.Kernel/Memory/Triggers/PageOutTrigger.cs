using System.Diagnostics;
using KsmTools.Errors;
using KsmTools.Interop;

namespace KsmTools.Memory.Triggers;

/// <summary>MADV_PAGEOUT: a walk to unmap a page that is mapped once (<c>madvise_cold_or_pageout_pte_range</c>, mm/madvise.c, passes over others).</summary>
internal sealed class PageOutTrigger : WalkTrigger
{
    public override RmapTrigger Kind => RmapTrigger.PageOut;

    public override bool WalksSharedPages => false;

    public override string Needs => Messages.PageOutNeeds;

    public override string Action => Messages.PageOutTriggerAction;

    public override TriggerRefusal? Check(TriggerTarget target)
    {
        ProcessPage page = target.First;
        bool shared = page.ShareCount is long count ? count > 1 : !page.IsExclusive;
        return CheckPresent(target)
            ?? (shared ? Refuse(Text.Format(Messages.TriggerPageShared, page.Address, page.ShareCount ?? 2), Messages.TriggerPageSharedAction) : null)
            ?? (page.Flags is { } flags && (flags & PageFlags.Unevictable) != 0 ? Refuse(Messages.TriggerPageLocked, Messages.TriggerPageLockedAction) : null)
            ?? CheckSwap(target);
    }

    public override TriggerOutcome Run(TriggerTarget target, Stopwatch clock, CancellationToken cancellationToken)
    {
        IReadOnlyList<ProcessPage> before = target.ReadPages(cancellationToken);
        LruDrain.Run(target);
        clock.Start();
        Errno errno = PageCalls.Advise(
            target.Id, (nint)target.First.Address, (nint)target.Count * Environment.SystemPageSize, MemoryCalls.PageOut);
        clock.Stop();
        if (errno != Errno.None)
        {
            throw KernelErrors.ForCall(errno, Text.Format("madvise(0x{0:x}, MADV_PAGEOUT)", target.First.Address), target.Id);
        }

        int gone = CountMoved(before, target.ReadPages(cancellationToken));
        return new TriggerOutcome(gone, target.First.Node, Remark: gone == 0 ? Messages.PageOutNothing : null);
    }
}
