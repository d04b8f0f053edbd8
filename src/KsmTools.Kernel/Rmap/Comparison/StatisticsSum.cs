using KsmTools.Records;

namespace KsmTools.Rmap.Comparison;

/// <summary>Statistics of several measurements of one group as those of one measurement.</summary>
internal static class StatisticsSum
{
    /// <summary>Adds statistics up.</summary>
    /// <param name="parts">Statistics of one group; at least one.</param>
    public static RmapWalkStatistics Of(IReadOnlyList<RmapWalkStatistics> parts)
    {
        RmapWalkStatistics first = parts[0];
        if (parts.Count == 1)
        {
            return first;
        }

        RmapWalkStatistics[] full = [.. parts.Where(part => part.Count > 0)];
        RmapTimeUnit unit = parts.Max(part => part.TimeUnit);
        RmapHistogramBucket[] buckets = RmapHistogramBucket.Together(full.SelectMany(part => part.Histogram));
        long count = full.Sum(part => part.Count);
        long? minimum = full.Min(part => part.MinimumNanoseconds);
        long? maximum = full.Max(part => part.MaximumNanoseconds);
        double? mean = count == 0 ? null : full.Sum(part => part.MeanNanoseconds * part.Count) / count;
        return new RmapWalkStatistics
        {
            PageType = first.PageType,
            Command = first.Command,
            ThreadId = first.ThreadId,
            Cpu = first.Cpu,
            Locked = first.Locked,
            Caller = first.Caller,
            Count = count,
            MinimumNanoseconds = minimum,
            MeanNanoseconds = mean,
            P50Nanoseconds = Percentile(50),
            P90Nanoseconds = Percentile(90),
            P99Nanoseconds = Percentile(99),
            P999Nanoseconds = Percentile(99.9m),
            MaximumNanoseconds = maximum,
            StandardDeviationNanoseconds = count < 2 ? (count == 0 ? null : 0) : Math.Sqrt(full.Sum(part => Squares(part, mean!.Value)) / (count - 1)),
            TotalNanoseconds = full.Sum(part => part.TotalNanoseconds),
            UnmatchedStarts = Known(part => part.UnmatchedStarts),
            UnmatchedEnds = Known(part => part.UnmatchedEnds),
            TimeBackwards = parts.Sum(part => part.TimeBackwards),
            LostEvents = Known(part => part.LostEvents),
            LostEventsIsLowerBound = parts.Any(part => part.LostEventsIsLowerBound),
            UnreadableEvents = Known(part => part.UnreadableEvents),
            Approximate = parts.Any(part => part.Approximate),
            TimeUnit = unit,
            Histogram = buckets,
        };

        // What one part does not know the sum does not know.
        long? Known(Func<RmapWalkStatistics, long?> count) => parts.All(part => count(part) is not null) ? parts.Sum(count) : null;

        long? Percentile(decimal percentile) =>
            RmapHistogramBucket.Percentile(buckets, percentile) is { } value ? Math.Clamp(value, minimum!.Value, maximum!.Value) : maximum;
    }

    // Around the common mean: the part's own squares, and how far its mean is off.
    private static double Squares(RmapWalkStatistics part, double mean) =>
        (Math.Pow(part.StandardDeviationNanoseconds ?? 0, 2) * (part.Count - 1)) + (part.Count * Math.Pow((part.MeanNanoseconds ?? 0) - mean, 2));
}
