using System.Management.Automation;
using KsmTools.Records;
using KsmTools.Rmap;

namespace KsmTools.Tracing;

/// <summary>Takes statistics that have been through remoting, Clixml or JSON, or that another type carries.</summary>
internal static class SavedStatistics
{
    /// <summary>The statistics; null where the histogram did not survive, as in CSV.</summary>
    public static RmapWalkStatistics? Of(PropertyBag bag)
    {
        var buckets = new List<RmapHistogramBucket>();
        foreach (object item in bag.Items(nameof(RmapWalkStatistics.Histogram)))
        {
            if (Bucket(item) is not { } bucket)
            {
                return null;
            }

            buckets.Add(bucket);
        }

        return new RmapWalkStatistics
        {
            PageType = bag.Maybe<RmapPageType>(nameof(RmapWalkStatistics.PageType)),
            Command = bag.Text(nameof(RmapWalkStatistics.Command)),
            ThreadId = bag.Maybe<int>(nameof(RmapWalkStatistics.ThreadId)),
            Cpu = bag.Maybe<int>(nameof(RmapWalkStatistics.Cpu)),
            Locked = bag.Flag(nameof(RmapWalkStatistics.Locked)),
            Caller = bag.Text(nameof(RmapWalkStatistics.Caller)),
            Count = bag.Get<long>(nameof(RmapWalkStatistics.Count)),
            MinimumNanoseconds = bag.Maybe<long>(nameof(RmapWalkStatistics.MinimumNanoseconds)),
            MeanNanoseconds = bag.Maybe<double>(nameof(RmapWalkStatistics.MeanNanoseconds)),
            P50Nanoseconds = bag.Maybe<long>(nameof(RmapWalkStatistics.P50Nanoseconds)),
            P90Nanoseconds = bag.Maybe<long>(nameof(RmapWalkStatistics.P90Nanoseconds)),
            P99Nanoseconds = bag.Maybe<long>(nameof(RmapWalkStatistics.P99Nanoseconds)),
            P999Nanoseconds = bag.Maybe<long>(nameof(RmapWalkStatistics.P999Nanoseconds)),
            MaximumNanoseconds = bag.Maybe<long>(nameof(RmapWalkStatistics.MaximumNanoseconds)),
            StandardDeviationNanoseconds = bag.Maybe<double>(nameof(RmapWalkStatistics.StandardDeviationNanoseconds)),
            TotalNanoseconds = bag.Get<long>(nameof(RmapWalkStatistics.TotalNanoseconds)),
            UnmatchedStarts = bag.Maybe<long>(nameof(RmapWalkStatistics.UnmatchedStarts)),
            UnmatchedEnds = bag.Maybe<long>(nameof(RmapWalkStatistics.UnmatchedEnds)),
            TimeBackwards = bag.Get<long>(nameof(RmapWalkStatistics.TimeBackwards)),
            LostEvents = bag.Maybe<long>(nameof(RmapWalkStatistics.LostEvents)),
            LostEventsIsLowerBound = bag.Flag(nameof(RmapWalkStatistics.LostEventsIsLowerBound)) ?? false,
            UnreadableEvents = bag.Maybe<long>(nameof(RmapWalkStatistics.UnreadableEvents)),
            Approximate = bag.Flag(nameof(RmapWalkStatistics.Approximate)) ?? false,
            TimeUnit = bag.Get<RmapTimeUnit>(nameof(RmapWalkStatistics.TimeUnit)),
            Histogram = [.. buckets.OrderBy(bucket => bucket.ToNanoseconds).ThenBy(bucket => bucket.FromNanoseconds)],
        };
    }

    private static RmapHistogramBucket? Bucket(object item) =>
        PSObject.AsPSObject(item).BaseObject is RmapHistogramBucket bucket ? bucket
        : PropertyBag.OfAny(item, nameof(RmapHistogramBucket.FromNanoseconds), nameof(RmapHistogramBucket.ToNanoseconds)) is { } bag ? new RmapHistogramBucket
        {
            TimeUnit = bag.Get<RmapTimeUnit>(nameof(RmapHistogramBucket.TimeUnit)),
            FromNanoseconds = bag.Get<long>(nameof(RmapHistogramBucket.FromNanoseconds)),
            ToNanoseconds = bag.Get<long>(nameof(RmapHistogramBucket.ToNanoseconds)),
            Count = bag.Get<long>(nameof(RmapHistogramBucket.Count)),
        }
        : null;
}
