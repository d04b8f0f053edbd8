using System.Diagnostics;
using System.Runtime.InteropServices;
using KsmTools.Errors;
using KsmTools.Interop;

namespace KsmTools.Memory.Triggers;

/// <summary>One way to make the kernel walk: whether it works for a page on this machine and why not, and doing it.</summary>
internal abstract class WalkTrigger
{
    /// <summary>All of them, the one that <see cref="RmapTrigger.Auto"/> likes best first.</summary>
    public static IReadOnlyList<WalkTrigger> All { get; } =
        [new MovePagesTrigger(RuntimeInformation.ProcessArchitecture), new PageIdleTrigger(), new PageOutTrigger(), new CompactionTrigger(), new ReclaimTrigger(), new SoftOfflineTrigger()];

    /// <summary>The one of a name, which is not <see cref="RmapTrigger.Auto"/>.</summary>
    public static WalkTrigger Of(RmapTrigger kind) => All.Single(trigger => trigger.Kind == kind);

    /// <summary>Which it is.</summary>
    public abstract RmapTrigger Kind { get; }

    /// <summary>What it needs.</summary>
    public abstract string Needs { get; }

    /// <summary>What is done, for -WhatIf and -Confirm.</summary>
    public abstract string Action { get; }

    /// <summary>Whether it is used only when asked for by name.</summary>
    public virtual bool OnlyByName => false;

    /// <summary>Whether it walks by migrating, so that a page is unmapped by one walk and mapped again by another.</summary>
    public virtual bool Migrates => false;

    /// <summary>Whether it is the kernel that chooses the pages, of all memory.</summary>
    public virtual bool TakesAllMemory => false;

    /// <summary>Whether it can walk pages that many addresses share.</summary>
    public virtual bool WalksSharedPages => true;

    /// <summary>Why it does not work for a target; null where it does. Nothing is changed.</summary>
    public abstract TriggerRefusal? Check(TriggerTarget target);

    /// <summary>Makes the kernel walk.</summary>
    /// <param name="target">The pages.</param>
    /// <param name="clock">Runs while the kernel works.</param>
    /// <param name="cancellationToken">Gives up between calls of the kernel.</param>
    /// <exception cref="KsmToolsException">The kernel refused.</exception>
    public abstract TriggerOutcome Run(TriggerTarget target, Stopwatch clock, CancellationToken cancellationToken);

    /// <summary>A refusal.</summary>
    protected TriggerRefusal Refuse(string reason, string remedy, ErrorReason errorReason = ErrorReason.TriggerNotSupported) =>
        new() { Trigger = Kind, Reason = reason, Remedy = remedy, ErrorReason = errorReason };

    /// <summary>The refusal where the first page is not in memory.</summary>
    protected TriggerRefusal? CheckPresent(TriggerTarget target) => target.First.Present
        ? null
        : Refuse(Text.Format(Messages.TriggerPageAbsent, target.Id, target.First.Address), Messages.PageAbsentAction);

    /// <summary>The refusal where the number of the first page's frame is hidden.</summary>
    protected TriggerRefusal? CheckFrame(TriggerTarget target) => CheckPresent(target) ?? (target.First.PageFrame is not null
        ? null
        : Refuse(Text.Format(Messages.TriggerFrameHidden, target.Id), Messages.AccessDeniedAction, ErrorReason.AccessDenied));

    /// <summary>The refusal where a file is missing or may not be written.</summary>
    /// <param name="target">Whose kernel it is.</param>
    /// <param name="path">The file.</param>
    /// <param name="option">The kernel option that gives it.</param>
    protected TriggerRefusal? CheckFile(TriggerTarget target, string path, string option)
    {
        if (!target.Kernel.Exists(path))
        {
            return Refuse(Text.Format(Messages.TriggerFileMissing, path), Text.Format(Messages.TriggerFileMissingAction, option));
        }

        // root passes access(2) for any mode, and a read-only /sys refuses root too.
        Errno refusal = target.Kernel.Access(path, FileCalls.MayWrite);
        return refusal == Errno.None
            ? null
            : Refuse(
                Text.Format(Messages.SupportNotWritable, path, refusal.Describe()),
                CurrentUser.IsRoot ? Messages.AccessDeniedAsRootAction : Messages.AccessDeniedAction,
                ErrorReason.AccessDenied);
    }

    /// <summary>The refusal where a page can only go to swap and there is none.</summary>
    protected TriggerRefusal? CheckSwap(TriggerTarget target) =>
        SwapSpace.IsNeededBy(target.First) && SwapSpace.ReadFreeBytes(target.Kernel) is not > 0
            ? Refuse(Messages.TriggerNoSwap, Messages.TriggerNoSwapAction)
            : null;

    /// <summary>The different pages of a target: many addresses may have one.</summary>
    protected static long[] FramesOf(TriggerTarget target, CancellationToken cancellationToken) =>
        [.. target.ReadPages(cancellationToken).Select(page => page.PageFrame).OfType<long>().Distinct()];

    /// <summary>How many pages were in memory before and are at another frame, or nowhere, now.</summary>
    protected static int CountMoved(IReadOnlyList<ProcessPage> before, IReadOnlyList<ProcessPage> after) => before.Zip(after)
        .Where(pair => pair.First.Present && (!pair.Second.Present || pair.First.PageFrame != pair.Second.PageFrame))
        .DistinctBy(pair => pair.First.PageFrame ?? -pair.First.Address)
        .Count();
}
