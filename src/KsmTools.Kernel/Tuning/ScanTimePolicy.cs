using KsmTools.Errors;
using KsmTools.Files;
using KsmTools.Ksm;

namespace KsmTools.Tuning;

/// <summary>Sets the kernel's own advisor, and says whether it can reach its target.</summary>
/// <param name="kernel">The kernel's files.</param>
/// <param name="options">What it is to reach.</param>
public sealed class ScanTimePolicy(KernelTree kernel, ScanTimeOptions options)
{
    /// <summary>The recommendation. Nothing is written.</summary>
    /// <exception cref="KsmToolsException"><see cref="ErrorReason.KsmNotSupported"/>, <see cref="ErrorReason.KnobNotSupported"/>, <see cref="ErrorReason.KnobValueInvalid"/>.</exception>
    public KsmRecommendation Recommend()
    {
        var store = new KsmConfigurationStore(kernel);
        KsmConfiguration current = store.Read();
        if (current.AdvisorMode is null)
        {
            string path = kernel.Locate(KsmKnob.AdvisorMode.Path);
            throw new KsmToolsException(ErrorReason.KnobNotSupported, path, Text.Format(Messages.AdvisorMissing, path), Messages.AdvisorMissingAction);
        }

        var request = new KsmConfiguration
        {
            AdvisorMode = KsmAdvisorMode.ScanTime,
            AdvisorTargetScanTime = (ulong)Math.Ceiling(options.TargetScanTime.TotalSeconds),
            AdvisorMaxCpu = options.MaximumCpu,
            AdvisorMinPagesToScan = options.MinimumPagesToScan,
            AdvisorMaxPagesToScan = options.MaximumPagesToScan,
        };
        KsmKnobChange[] changes = [.. store.Preview(request)];
        var reasons = new List<string>();
        ScanEstimate? estimate = Estimate(current, reasons);
        double target = request.AdvisorTargetScanTime.Value;
        ulong maximumPages = options.MaximumPagesToScan ?? current.AdvisorMaxPagesToScan ?? ulong.MaxValue;
        double? shortest = estimate?.ShortestSeconds(options.MaximumCpu, maximumPages);
        if (estimate is { } known)
        {
            reasons.Insert(0, Judge(known, target, shortest!.Value, maximumPages));
        }

        Explain(current, changes, reasons);
        return new KsmRecommendation
        {
            Policy = KsmPolicy.ScanTime,
            Action = changes.Length > 0 ? KsmTuningAction.Set : KsmTuningAction.None,
            Current = current,
            Recommended = request,
            Changes = changes,
            Reasons = [.. reasons],
            TargetScanTime = TimeSpan.FromSeconds(target),
            ShortestScanTime = shortest < TimeSpan.MaxValue.TotalSeconds ? TimeSpan.FromSeconds(shortest.Value) : null,
            ExpectedCpuPercent = estimate?.CpuPercent(target),
            ExpectedPagesToScan = (long?)estimate?.PagesPerBatch(target),
        };
    }

    /// <summary>Makes the changes of a recommendation, all or none, unless that would write something else by now.</summary>
    /// <param name="recommendation">What <see cref="Recommend"/> gave.</param>
    /// <param name="command">The command.</param>
    /// <returns>The recommendation; null where it would be another one.</returns>
    /// <exception cref="KsmToolsException">As <see cref="KsmSettings.Set"/>.</exception>
    public KsmRecommendation? TryApply(KsmRecommendation recommendation, ActingCommand command)
    {
        ArgumentNullException.ThrowIfNull(recommendation);
        return new KsmSettings(kernel).TrySet(recommendation.Recommended!, force: false, recommendation.Changes, command)
            ? recommendation with { Applied = recommendation.Changes.Length > 0 }
            : null;
    }

    // What the kernel counted since boot: ksmd's CPU time over the pages that it looked at.
    private ScanEstimate? Estimate(KsmConfiguration current, List<string> reasons)
    {
        KsmStatus status = new KsmStatusReader(kernel).Read();
        long pages = (status.PagesShared ?? 0) + (status.PagesSharing ?? 0) + (status.PagesUnshared ?? 0) + (status.PagesVolatile ?? 0);
        if (pages == 0 || status.PagesScanned is not > 0 || status.KsmdCpuTime is not { Ticks: > 0 } cpu)
        {
            reasons.Add(pages == 0 ? Messages.ScanTimeNoPages : Messages.ScanTimeNoCost);
            return null;
        }

        var estimate = new ScanEstimate(pages, cpu.TotalSeconds / status.PagesScanned.Value, (current.SleepMilliseconds ?? 0) / 1000.0);
        reasons.Add(Text.Format(Messages.ScanTimeCost, pages, estimate.SecondsPerPage * 1e6, estimate.CpuSeconds));
        return estimate;
    }

    private string Judge(ScanEstimate estimate, double target, double shortest, ulong maximumPages)
    {
        double percent = estimate.CpuPercent(target);
        uint limit = Math.Max(options.MaximumCpu, ScanEstimate.LeastCpu);
        return percent > limit ? Text.Format(Messages.ScanTimeNeedsCpu, target, percent, limit, shortest)
            : shortest > target ? Text.Format(Messages.ScanTimeNeedsPages, target, estimate.PagesPerBatch(target), maximumPages, shortest)
            : Text.Format(Messages.ScanTimeReachable, target, percent, estimate.PagesPerBatch(target), estimate.SleepSeconds * 1000);
    }

    private void Explain(KsmConfiguration current, KsmKnobChange[] changes, List<string> reasons)
    {
        if (options.MaximumCpu < ScanEstimate.LeastCpu)
        {
            reasons.Add(Text.Format(Messages.ScanTimeLeastCpu, ScanEstimate.LeastCpu));
        }

        if (options.MinimumPagesToScan is not null)
        {
            reasons.Add(Messages.ScanTimeFirstPages);
        }

        if (changes.Length == 0)
        {
            reasons.Add(Messages.ScanTimeAlready);
        }
        else if (current.AdvisorMode == KsmAdvisorMode.None)
        {
            reasons.Add(Text.Format(Messages.ScanTimeTakesPages, current.PagesToScan));
        }

        if (current.Run != KsmRunState.Running)
        {
            reasons.Add(Messages.ScanTimeStopped);
        }
    }
}
