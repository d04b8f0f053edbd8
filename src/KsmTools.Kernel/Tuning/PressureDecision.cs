using KsmTools.Errors;
using KsmTools.Ksm;

namespace KsmTools.Tuning;

/// <summary>
/// One step of ksmtuned's policy, on <c>MemAvailable</c> of the whole machine instead of what virtual machines have committed: under pressure ksmd runs and scans
/// more with every step; without, less; at the least, and once memory would be enough without merging too, what was changed is taken back.
/// </summary>
/// <param name="Action">What to do.</param>
/// <param name="Request">The knobs to set.</param>
/// <param name="Reasons">Why, the decisive one first.</param>
internal sealed record PressureDecision(KsmTuningAction Action, KsmConfiguration Request, IReadOnlyList<string> Reasons)
{
    /// <summary>Decides.</summary>
    /// <param name="memory">What the machine has.</param>
    /// <param name="now">The knobs.</param>
    /// <param name="own">What earlier steps changed.</param>
    /// <param name="options">How to react.</param>
    public static PressureDecision Make(PressureReadings memory, KsmConfiguration now, KsmOwnChanges own, MemoryPressureOptions options)
    {
        long threshold = memory.Threshold(options);
        var reasons = new List<string> { Text.Format(Messages.PressureAvailable, Mebibytes(memory.Available), Mebibytes(memory.Total), Mebibytes(threshold)) };
        reasons.AddRange(own.LostTo(now).Select(change => Text.Format(
            Messages.PressureForeign, System.IO.Path.GetFileName(change.Path), change.After, change.Before)));
        if (KsmAdvisorMode.IsOn(now.AdvisorMode))
        {
            reasons.Add(Messages.PressureAdvised);
        }

        return memory.Available < threshold ? UnderPressure(memory, now, own, options, reasons) : Relieved(memory, now, own, options, reasons);
    }

    private static PressureDecision UnderPressure(
        PressureReadings memory, KsmConfiguration now, KsmOwnChanges own, MemoryPressureOptions options, List<string> reasons)
    {
        if (own.Lost(KsmKnob.Run, now))
        {
            reasons.Insert(0, Messages.PressureStoppedByOthers);
            return new PressureDecision(KsmTuningAction.None, new KsmConfiguration(), reasons);
        }

        var request = new KsmConfiguration { Run = KsmRunState.Running };
        if (!KsmAdvisorMode.IsOn(now.AdvisorMode))
        {
            uint present = now.PagesToScan ?? 0;
            uint boosted = (uint)Math.Clamp((ulong)present + options.Boost, options.MinimumPagesToScan, options.MaximumPagesToScan);

            // Somebody who has ksmd scan more than this policy would is not slowed down by it.
            request.PagesToScan = Math.Max(boosted, present);
            request.SleepMilliseconds = options.SleepMilliseconds ?? Math.Min(memory.UsualSleep, now.SleepMilliseconds ?? uint.MaxValue);
        }

        bool changes = now.Run != request.Run
            || (request.PagesToScan ?? now.PagesToScan) != now.PagesToScan
            || (request.SleepMilliseconds ?? now.SleepMilliseconds) != now.SleepMilliseconds;
        reasons.Insert(0, changes ? Messages.PressureBoost : Messages.PressureAtMost);
        return new PressureDecision(changes ? KsmTuningAction.Boost : KsmTuningAction.None, request, reasons);
    }

    private static PressureDecision Relieved(
        PressureReadings memory, KsmConfiguration now, KsmOwnChanges own, MemoryPressureOptions options, List<string> reasons)
    {
        if (own.IsEmpty)
        {
            reasons.Insert(0, Messages.PressureNothingToDo);
            return new PressureDecision(KsmTuningAction.None, new KsmConfiguration(), reasons);
        }

        // Who ran ksmd before is not to get less of it than before.
        uint least = own.Holds(KsmKnob.Run, now) ? options.MinimumPagesToScan : Math.Max(options.MinimumPagesToScan, own.Former.PagesToScan ?? 0);
        if (own.Holds(KsmKnob.PagesToScan, now) && !KsmAdvisorMode.IsOn(now.AdvisorMode) && now.PagesToScan > least)
        {
            reasons.Insert(0, Messages.PressureDecay);
            uint decayed = now.PagesToScan.Value > least + (ulong)options.Decay ? now.PagesToScan.Value - options.Decay : least;
            return new PressureDecision(KsmTuningAction.Decay, new KsmConfiguration { PagesToScan = decayed }, reasons);
        }

        if (own.Holds(KsmKnob.Run, now) && memory.Available - memory.Saved < memory.Threshold(options))
        {
            reasons.Insert(0, Text.Format(Messages.PressureNeedsMerging, Mebibytes(memory.Saved)));
            return new PressureDecision(KsmTuningAction.None, new KsmConfiguration(), reasons);
        }

        bool stops = own.Holds(KsmKnob.Run, now);
        reasons.Insert(0, stops ? Messages.PressureStop : Messages.PressureRestore);
        return new PressureDecision(stops ? KsmTuningAction.Stop : KsmTuningAction.Restore, own.Undo(now), reasons);
    }

    private static long Mebibytes(long bytes) => bytes >> 20;
}
