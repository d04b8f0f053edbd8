using KsmTools.Records;

namespace KsmTools.Rmap.Comparison;

/// <summary>Compares two sets of walks, group by group.</summary>
public static class RmapWalkComparer
{
    /// <summary>Compares every group that is on one side or on both.</summary>
    /// <param name="reference">What it was: results of one grouping. Results of one group are taken together.</param>
    /// <param name="difference">What it is.</param>
    /// <param name="options">How.</param>
    /// <param name="cancellationToken">Ends it early.</param>
    /// <returns>A comparison for each group, in the order of the reference; those of the difference alone come last.</returns>
    public static IEnumerable<RmapWalkComparison> Compare(
        IEnumerable<RmapMeasuredSet> reference,
        IEnumerable<RmapMeasuredSet> difference,
        RmapComparisonOptions options,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(options.Confidence, 0);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(options.Confidence, 1);
        ArgumentOutOfRangeException.ThrowIfZero(options.DecidedBy.Count);
        ILookup<MeasuredKey, RmapWalkStatistics> before = Groups(reference);
        ILookup<MeasuredKey, RmapWalkStatistics> after = Groups(difference);
        foreach (MeasuredKey key in before.Concat(after).Select(group => group.Key).Distinct())
        {
            cancellationToken.ThrowIfCancellationRequested();
            foreach ((RmapWalkStatistics? was, RmapWalkStatistics? became) in Pairs([.. before[key]], [.. after[key]]))
            {
                yield return Compare(key, was, became, options);
            }
        }
    }

    // Walks by two clocks are two groups. Where each side has one, and not the same, they are told to be incomparable.
    private static IEnumerable<(RmapWalkStatistics? Before, RmapWalkStatistics? After)> Pairs(RmapWalkStatistics[] before, RmapWalkStatistics[] after) =>
        before.Length <= 1 && after.Length <= 1
            ? [(before.FirstOrDefault(), after.FirstOrDefault())]
            : before.Concat(after).Select(statistics => statistics.TimeUnit).Distinct().Order()
                .Select(unit => (Array.Find(before, statistics => statistics.TimeUnit == unit), Array.Find(after, statistics => statistics.TimeUnit == unit)));

    private static ILookup<MeasuredKey, RmapWalkStatistics> Groups(IEnumerable<RmapMeasuredSet> sets) => sets
        .Where(set => set.Statistics.Count > 0)
        .GroupBy(set => (Key: MeasuredKey.Of(set), set.Statistics.TimeUnit))
        .ToLookup(group => group.Key.Key, group => StatisticsSum.Of([.. group.Select(set => set.Statistics)]));

    private static RmapWalkComparison Compare(MeasuredKey key, RmapWalkStatistics? before, RmapWalkStatistics? after, RmapComparisonOptions options)
    {
        bool comparable = before is not null && after is not null && before.TimeUnit == after.TimeUnit;
        var unit = (RmapTimeUnit)Math.Max((int)(before ?? after)!.TimeUnit, (int)(after ?? before)!.TimeUnit);
        (WalkSample, WalkSample)? samples = comparable ? (new WalkSample(before!), new WalkSample(after!)) : null;
        double each = 1 - ((1 - options.Confidence) / options.DecidedBy.Distinct().Count());
        RmapMetricChange[] changes = [.. Enum.GetValues<RmapMetric>().Select(metric => Change(metric, unit, before, after, samples, each))];
        RmapMetricChange[] deciding = [.. options.DecidedBy.Distinct().Select(metric => changes[(int)metric])];
        return new RmapWalkComparison
        {
            PageType = key.PageType,
            Command = key.Command,
            ThreadId = key.ThreadId,
            Cpu = key.Cpu,
            Locked = key.Locked,
            Caller = key.Caller,
            MaxPageSharing = key.MaxPageSharing,
            ReferenceTag = options.ReferenceTag,
            DifferenceTag = options.DifferenceTag,
            ReferenceCount = before?.Count ?? 0,
            DifferenceCount = after?.Count ?? 0,
            CountChangePercent = before is null ? null : (((double)(after?.Count ?? 0) / before.Count) - 1) * 100,
            Mean = changes[(int)RmapMetric.Mean],
            P50 = changes[(int)RmapMetric.P50],
            P90 = changes[(int)RmapMetric.P90],
            P99 = changes[(int)RmapMetric.P99],
            P999 = changes[(int)RmapMetric.P999],
            Verdict = comparable ? Together(deciding) : RmapVerdict.NotComparable,
            DecidedBy = [.. deciding.Select(change => change.Metric)],
            Confidence = options.Confidence,
            MaximumRegression = options.MaximumRegression,
            Passed = options.MaximumRegression is { } limit
                ? comparable && !deciding.Any(change => change.Verdict == RmapVerdict.Slower && !(change.ChangePercent <= limit * 100))
                : null,
            Approximate = before is { Approximate: true } || after is { Approximate: true },
            TimeUnit = unit,
        };
    }

    private static RmapMetricChange Change(
        RmapMetric metric, RmapTimeUnit unit, RmapWalkStatistics? before, RmapWalkStatistics? after, (WalkSample Before, WalkSample After)? samples, double confidence)
    {
        double? from = Value(before, metric);
        double? to = Value(after, metric);
        if (samples is not var (reference, difference))
        {
            return new RmapMetricChange { Metric = metric, TimeUnit = unit, ReferenceNanoseconds = from, DifferenceNanoseconds = to, Verdict = RmapVerdict.NotComparable };
        }

        (double low, double high) = ChangeInterval.Of(metric, reference, difference, confidence);
        return new RmapMetricChange
        {
            Metric = metric,
            TimeUnit = unit,
            ReferenceNanoseconds = from,
            DifferenceNanoseconds = to,
            ChangePercent = from > 0 ? ((to / from) - 1) * 100 : null,
            LowPercent = low > 0 ? (low - 1) * 100 : null,
            HighPercent = double.IsFinite(high) ? (high - 1) * 100 : null,
            Verdict = high < 1 ? RmapVerdict.Faster : low > 1 ? RmapVerdict.Slower : RmapVerdict.NoDifferenceShown,
        };
    }

    private static RmapVerdict Together(RmapMetricChange[] changes)
    {
        bool faster = changes.Any(change => change.Verdict == RmapVerdict.Faster);
        bool slower = changes.Any(change => change.Verdict == RmapVerdict.Slower);
        return faster && slower ? RmapVerdict.Mixed : faster ? RmapVerdict.Faster : slower ? RmapVerdict.Slower : RmapVerdict.NoDifferenceShown;
    }

    private static double? Value(RmapWalkStatistics? statistics, RmapMetric metric) => metric switch
    {
        RmapMetric.Mean => statistics?.MeanNanoseconds,
        RmapMetric.P50 => statistics?.P50Nanoseconds,
        RmapMetric.P90 => statistics?.P90Nanoseconds,
        RmapMetric.P99 => statistics?.P99Nanoseconds,
        RmapMetric.P999 => statistics?.P999Nanoseconds,
        _ => throw new ArgumentOutOfRangeException(nameof(metric)),
    };
}
