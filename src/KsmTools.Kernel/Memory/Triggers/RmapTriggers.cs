using System.Diagnostics;
using KsmTools.Errors;
using KsmTools.Files;
using KsmTools.Records;

namespace KsmTools.Memory.Triggers;

/// <summary>Makes the kernel walk the reverse mappings of pages.</summary>
public sealed class RmapTriggers
{
    private readonly WalkTrigger _trigger;
    private readonly TriggerTarget _target;
    private readonly IReadOnlyList<TriggerRefusal> _refusals;

    private RmapTriggers(WalkTrigger trigger, TriggerTarget target, IReadOnlyList<TriggerRefusal> refusals, string why)
    {
        _trigger = trigger;
        _target = target;
        _refusals = refusals;
        Why = why;
    }

    /// <summary>Which trigger it is.</summary>
    public RmapTrigger Trigger => _trigger.Kind;

    /// <summary>Whether the kernel chooses the pages that it walks, of all memory.</summary>
    internal bool TakesAllMemory => _trigger.TakesAllMemory;

    /// <summary>Whether it migrates pages.</summary>
    internal bool Migrates => _trigger.Migrates;

    /// <summary>Why it is that one.</summary>
    public string Why { get; }

    /// <summary>What will be done, for people.</summary>
    public string Action => _trigger.Action;

    /// <summary>Chooses the trigger for pages. Nothing is changed.</summary>
    /// <param name="wanted">The trigger, or <see cref="RmapTrigger.Auto"/>.</param>
    /// <param name="target">The pages.</param>
    /// <exception cref="KsmToolsException">
    /// The one that was asked for does not work here: <see cref="ErrorReason.TriggerNotSupported"/>, <see cref="ErrorReason.NumaSingleNode"/> or <see cref="ErrorReason.AccessDenied"/>;
    /// or none does: <see cref="ErrorReason.TriggerNotSupported"/>; <see cref="ErrorReason.PageNotFound"/>: there is no page to walk.
    /// </exception>
    public static RmapTriggers Choose(RmapTrigger wanted, TriggerTarget target) => Choose(wanted, target, _ => true, string.Empty);

    /// <summary>Chooses among the triggers that suit a purpose.</summary>
    /// <param name="wanted">The trigger, or <see cref="RmapTrigger.Auto"/>.</param>
    /// <param name="target">The pages.</param>
    /// <param name="suits">Whether a trigger suits it.</param>
    /// <param name="whyNot">Why one that is asked for does not.</param>
    /// <exception cref="KsmToolsException">As the other; <see cref="ErrorReason.TriggerNotSupported"/>: the one that was asked for does not suit.</exception>
    internal static RmapTriggers Choose(RmapTrigger wanted, TriggerTarget target, Func<WalkTrigger, bool> suits, string whyNot)
    {
        ArgumentNullException.ThrowIfNull(target);
        WalkedPage.Require(target);
        if (wanted != RmapTrigger.Auto)
        {
            WalkTrigger named = WalkTrigger.Of(wanted);
            if (!suits(named))
            {
                string others = string.Join(", ", WalkTrigger.All.Where(suits).Select(trigger => trigger.Kind));
                throw new KsmToolsException(
                    ErrorReason.TriggerNotSupported, wanted, Text.Format(Messages.TriggerNotSupported, wanted, whyNot), Text.Format(Messages.TriggerUnsuitedAction, others));
            }

            return named.Check(target) is { } refusal
                ? throw new KsmToolsException(refusal.ErrorReason, target.First.Address, Text.Format(Messages.TriggerNotSupported, wanted, refusal.Reason), refusal.Remedy)
                : new RmapTriggers(named, target, [], Messages.TriggerAskedFor);
        }

        var refusals = new List<TriggerRefusal>();
        foreach (WalkTrigger trigger in WalkTrigger.All.Where(trigger => !trigger.OnlyByName && suits(trigger)))
        {
            if (trigger.Check(target) is not { } refusal)
            {
                return new RmapTriggers(trigger, target, refusals, WhyFirst(refusals));
            }

            refusals.Add(refusal);
        }

        throw new KsmToolsException(
            ErrorReason.TriggerNotSupported, target.First.Address, Text.Format(Messages.NoTrigger, string.Join(" ", refusals)), refusals[^1].Remedy);
    }

    /// <summary>Whether the trigger of ordinary pages will be one for which the kernel chooses among all memory: that is to be known before pages are made.</summary>
    /// <param name="kernel">The kernel's files.</param>
    /// <param name="wanted">The trigger, or <see cref="RmapTrigger.Auto"/>.</param>
    /// <param name="suits">Whether a trigger suits the purpose.</param>
    internal static bool TakesAllMemoryHere(KernelTree kernel, RmapTrigger wanted, Func<WalkTrigger, bool> suits)
    {
        if (wanted != RmapTrigger.Auto)
        {
            return WalkTrigger.Of(wanted).TakesAllMemory;
        }

        using var any = RmapRegion.Create(kernel, RmapPageType.Anon, 1, splitVma: false);
        try
        {
            return Choose(RmapTrigger.Auto, TriggerTarget.Of(kernel, any, 1), suits, string.Empty).TakesAllMemory;
        }
        catch (KsmToolsException refusal) when (refusal.Reason == ErrorReason.TriggerNotSupported)
        {
            // What is wrong is said of the pages themselves.
            return false;
        }
    }

    /// <summary>Makes the kernel walk.</summary>
    /// <param name="cancellationToken">Gives up; a call that the kernel is in ends by itself.</param>
    /// <exception cref="KsmToolsException">The kernel refused, or moved no page (<see cref="ErrorReason.PageMoveFailed"/>).</exception>
    public RmapTriggerResult Run(CancellationToken cancellationToken = default) => Run(new Stopwatch(), cancellationToken);

    /// <summary>Makes the kernel walk.</summary>
    /// <param name="clock">Runs while the kernel works.</param>
    /// <param name="cancellationToken">As the other.</param>
    internal RmapTriggerResult Run(Stopwatch clock, CancellationToken cancellationToken)
    {
        TriggerOutcome outcome = TriggerThread.Run(
            () =>
            {
                TriggerOutcome done = _trigger.Run(_target, clock, cancellationToken);
                _target.KeepAlive();
                return done;
            },
            out int threadId,
            cancellationToken);
        ProcessPage page = _target.First;
        return new RmapTriggerResult
        {
            Trigger = Trigger,
            Why = Why,
            Needs = _trigger.Needs,
            Unavailable = _refusals,
            Id = _target.Id,
            Address = page.Address,
            PageCount = _target.Count,
            Pages = outcome.Pages,
            PageType = page.PageType,
            PageFrame = page.PageFrame,
            FromNode = outcome.FromNode,
            ToNode = outcome.ToNode,
            ThreadId = threadId,
            ElapsedNanoseconds = (long)clock.Elapsed.TotalNanoseconds,
            OwnRemark = outcome.Remark,
        };
    }

    private static string WhyFirst(List<TriggerRefusal> refusals) => refusals.Count == 0
        ? Messages.TriggerBest
        : Text.Format(Messages.TriggerFirst, string.Join(" ", refusals));
}
