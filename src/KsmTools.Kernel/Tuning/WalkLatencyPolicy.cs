using KsmTools.Benchmark;
using KsmTools.Errors;
using KsmTools.Files;
using KsmTools.Ksm;
using KsmTools.Memory.Triggers;
using KsmTools.Records;

namespace KsmTools.Tuning;

/// <summary>
/// Measures rmap walks of KSM pages and finds the largest <c>max_page_sharing</c> within a budget. While pages are merged the kernel takes no other value: walks are
/// then measured with the one that is set, and the value is reckoned from that.
/// </summary>
/// <param name="kernel">The kernel's files.</param>
/// <param name="options">The budget, and how to measure.</param>
public sealed class WalkLatencyPolicy(KernelTree kernel, WalkLatencyOptions options)
{
    // A compaction may happen to move none of the pages.
    private const int Attempts = 3;

    private readonly long _budget = (long)options.MaximumWalkLatency.TotalNanoseconds;
    private readonly KsmWalkBounds _bounds = KsmWalkBoundsReader.Read(kernel);
    private readonly List<KsmWalkMeasurement> _measurements = [];
    private readonly WalkLatencyReasons _reasons = new(options);

    /// <summary>Every check that changes nothing.</summary>
    /// <exception cref="KsmToolsException">As <see cref="RmapBenchmark.Plan"/>; <see cref="ErrorReason.MemoryInsufficient"/>: there is not the memory to unmerge.</exception>
    public void Check()
    {
        KsmConfiguration now = new KsmConfigurationStore(kernel).Read();
        uint limit = Limit(now);
        if (options.PageCount < limit)
        {
            throw new KsmToolsException(
                ErrorReason.KnobValueInvalid, options.PageCount, Text.Format(Messages.TooFewPagesToShare, options.PageCount, limit), Messages.TooFewPagesToShareAction);
        }

        if (options.Trigger == RmapTrigger.SoftOffline)
        {
            throw new KsmToolsException(ErrorReason.TriggerNotSupported, options.Trigger, Text.Format(Messages.TriggerSpoils, options.Trigger), Messages.TriggerSpoilsAction);
        }

        if (options.Unmerges)
        {
            KsmUnmerging.Require(kernel);
        }

        _ = RmapBenchmark.Plan(kernel, Benchmark(limit, MaySweep()));
    }

    /// <summary>The failure to tell of where a recommendation cannot be applied now, because it was reckoned while pages are merged; null where it can, or changes nothing.</summary>
    /// <param name="recommendation">What <see cref="Run"/> gave.</param>
    /// <returns><see cref="ErrorReason.KnobBusy"/>, or null.</returns>
    public KsmToolsException? FailureOf(KsmRecommendation recommendation) => recommendation is { Predicted: true, Action: KsmTuningAction.Set }
        ? new KsmToolsException(ErrorReason.KnobBusy, recommendation, KsmUnmerging.WhyBusy(kernel), Messages.SharingPredictedAction)
        : null;

    /// <summary>Measures and recommends. The former settings are back when this returns or throws, but for what <paramref name="apply"/> agreed to.</summary>
    /// <param name="command">The command.</param>
    /// <param name="apply">Asked whether to make the changes of a recommendation; null never makes them.</param>
    /// <param name="progress">Called at every step; may be null.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="KsmToolsException">As <see cref="Check"/>, <see cref="RmapBenchmark.Begin"/> and <see cref="RmapBenchmark.Measure"/>; <see cref="ErrorReason.TriggerNotSupported"/>: the kernel walked none of the pages.</exception>
    public KsmRecommendation Run(ActingCommand command, Func<KsmRecommendation, bool>? apply, Action<WalkLatencyProgress>? progress, CancellationToken cancellationToken)
    {
        KsmRecommendation recommendation;
        bool sweeps = false;
        using (var benchmark = RmapBenchmark.BeginMerging(kernel, former => Benchmark(Limit(former), sweeps = MaySweep()), options.Unmerges, command))
        {
            KsmStatus status = new KsmStatusReader(kernel).Read();
            KsmConfiguration current = benchmark.Former!;
            uint present = current.MaxPageSharing ?? WalkLatencyOptions.UsualSharing;
            uint? found = _bounds == KsmWalkBounds.Bounded
                ? Keep(benchmark, present, sweeps ? Limit(current) : present, progress, cancellationToken)
                : sweeps
                ? Search(benchmark, Limit(current), progress, cancellationToken)
                : Predict(benchmark, present, progress, cancellationToken);
            recommendation = Recommend(status, current, found);
            if (sweeps && recommendation.Changes.Length > 0 && apply?.Invoke(recommendation) == true)
            {
                benchmark.KeepMaxPageSharing(found!.Value);
                recommendation = recommendation with { Applied = true };
            }
        }

        return recommendation;
    }

    // The kernel takes another value only while nothing is merged, and what is merged in between is unmerged with all else.
    private bool MaySweep() => options.Unmerges || !KsmUnmerging.IsNeeded(kernel);

    private uint Limit(KsmConfiguration now) => options.MaxPageSharing ?? Math.Max(now.MaxPageSharing ?? 0, WalkLatencyOptions.UsualSharing);

    private RmapBenchmarkOptions Benchmark(uint limit, bool sweeps) => new()
    {
        PageTypes = [RmapPageType.Ksm],
        PageCount = options.PageCount,
        Iterations = options.Iterations,
        MaxPageSharing = sweeps ? [limit, SharingSearch.Least] : [],
        Trigger = options.Trigger,
        Source = options.Source,
        MergeTimeout = options.MergeTimeout,
        Unmerges = options.Unmerges,
    };

    private uint? Search(RmapBenchmark benchmark, uint limit, Action<WalkLatencyProgress>? progress, CancellationToken cancellationToken)
    {
        var search = new SharingSearch(limit, _budget);
        while (search.Next is { } value)
        {
            KsmWalkMeasurement measurement = Measure(benchmark, value, changes: true, progress, cancellationToken);
            search.Add(value, measurement.P99Nanoseconds);
        }

        return search.Within;
    }

    // A bounded walk has no visits to leave out but those of places that have the page: a lower value would cost memory, and shorten walks by these only.
    private uint Keep(RmapBenchmark benchmark, uint present, uint limit, Action<WalkLatencyProgress>? progress, CancellationToken cancellationToken)
    {
        if (limit > present && Measure(benchmark, limit, changes: true, progress, cancellationToken).IsWithinBudget)
        {
            return limit;
        }

        Measure(benchmark, present, changes: false, progress, cancellationToken);
        return present;
    }

    private uint? Predict(RmapBenchmark benchmark, uint present, Action<WalkLatencyProgress>? progress, CancellationToken cancellationToken)
    {
        KsmWalkMeasurement measured = Measure(benchmark, present, changes: false, progress, cancellationToken);
        if (measured.IsWithinBudget || SharingSearch.Predict(present, measured.P99Nanoseconds, _budget) is not { } predicted)
        {
            return measured.IsWithinBudget ? present : null;
        }

        _measurements.Add(new KsmWalkMeasurement
        {
            MaxPageSharing = predicted,
            P99Nanoseconds = measured.P99Nanoseconds * predicted / present,
            IsWithinBudget = true,
            Predicted = true,
            Approximate = measured.Approximate,
            Source = measured.Source,
            Trigger = measured.Trigger,
            VmaCount = measured.VmaCount,
        });
        return predicted;
    }

    private KsmWalkMeasurement Measure(RmapBenchmark benchmark, uint value, bool changes, Action<WalkLatencyProgress>? progress, CancellationToken cancellationToken)
    {
        int number = _measurements.Count + 1;
        for (int attempt = 1; ; attempt++)
        {
            RmapBenchmarkResult result = benchmark.Measure(
                new RmapBenchmarkCase(RmapPageType.Ksm, changes ? value : null), state => progress?.Invoke(new WalkLatencyProgress(number, value, state)), cancellationToken);
            if (result.P99Nanoseconds is { } p99)
            {
                _reasons.Note(result);
                _measurements.Add(new KsmWalkMeasurement
                {
                    MaxPageSharing = value,
                    Count = result.Count,
                    MeanNanoseconds = result.MeanNanoseconds,
                    P99Nanoseconds = p99,
                    MaximumNanoseconds = result.MaximumNanoseconds,
                    IsWithinBudget = p99 <= _budget,
                    Approximate = result.Approximate,
                    Source = result.Source,
                    Trigger = result.Trigger,
                    VmaCount = result.VmaCount,
                });
                return _measurements[^1];
            }

            if (attempt == Attempts)
            {
                throw new KsmToolsException(
                    ErrorReason.TriggerNotSupported, result.Trigger, Text.Format(Messages.NothingWalked, result.Trigger, Attempts), Messages.NothingWalkedAction);
            }
        }
    }

    private KsmRecommendation Recommend(KsmStatus status, KsmConfiguration current, uint? found)
    {
        var savings = new SharingSavings(status.PagesShared ?? 0, status.PagesSharing ?? 0, status.StableNodeChains ?? 0, status.StableNodeDups ?? 0);
        bool changes = found is not null && found != current.MaxPageSharing;
        KsmConfiguration? request = found is null ? null : new KsmConfiguration { MaxPageSharing = changes ? found : null };
        long? expected = found is null ? null : !changes ? status.SavedBytes : (savings.LeastSaved(found.Value) + (status.KsmZeroPages ?? 0)) * status.PageSize;
        return new KsmRecommendation
        {
            Policy = KsmPolicy.WalkLatency,
            Action = changes ? KsmTuningAction.Set : KsmTuningAction.None,
            Current = current,
            Recommended = request,
            Changes = changes ? [Change(current, request!)] : [],
            Reasons = _reasons.For(_bounds, _measurements, current.MaxPageSharing, found, savings, status.PageSize),
            MaximumWalkLatency = options.MaximumWalkLatency,
            WalkBounds = _bounds,
            MaxPageSharing = found,
            Predicted = _measurements[^1].Predicted,
            Measurements = [.. _measurements],
            SavedBytes = status.SavedBytes,
            ExpectedSavedBytes = expected,
        };
    }

    // From what was set before the measurements, which set it themselves.
    private KsmKnobChange Change(KsmConfiguration current, KsmConfiguration request)
    {
        KsmKnob knob = KsmKnob.MaxPageSharing;
        return new KsmKnobChange(knob.Property, kernel.Locate(knob.Path), knob.TextIn(current) ?? string.Empty, knob.TextIn(request)!);
    }
}
