using System.Globalization;
using System.Text;
using KsmTools.Rmap;
using KsmTools.Rmap.Comparison;

namespace KsmTools.Metrics;

/// <summary>
/// The metrics of walks: a histogram of durations for each group, with what was lost. Sets of the same labels are one group. A distribution is kept to three significant
/// digits; so is what falls below a bound. Of what the kernel counted by powers of two only that is claimed which is known: the longest walk is not.
/// </summary>
/// <param name="bounds">The upper bounds of buckets, in seconds, ascending.</param>
internal sealed class WalkMetrics(IReadOnlyList<double> bounds)
{
    private readonly List<(string Labels, RmapMeasuredSet Set, string? Host)> _sets = [];

    // A text trace has whole microseconds: a duration of just a bound is within it.
    private readonly (long Nanoseconds, string Text)[] _bounds =
        [.. bounds.Select(bound => ((long)Math.Round(bound * 1e9), ((decimal)bound).ToString("0.0########", CultureInfo.InvariantCulture)))];

    public void Add(RmapMeasuredSet set, string? host) => _sets.Add((Labels(set, host).ToString(), set, host));

    public void Write(StringBuilder text, MetricFormat format)
    {
        var durations = new MetricFamily("rmap_walk_duration_seconds", MetricKind.Histogram, "How long reverse-mapping walks took.", "seconds");
        var triggers = new MetricFamily("rmap_trigger_duration_seconds", MetricKind.Histogram, "How long the kernel worked for triggers of reverse-mapping walks.", "seconds");
        var longest = new MetricFamily("rmap_walk_longest_seconds", MetricKind.Gauge, "The longest walk.", "seconds");
        var starts = new MetricFamily("rmap_walk_unmatched_starts", MetricKind.Gauge, "Starts of walks without an end.");
        var ends = new MetricFamily("rmap_walk_unmatched_ends", MetricKind.Gauge, "Ends of walks without a start.");
        var backwards = new MetricFamily("rmap_walk_time_backwards", MetricKind.Gauge, "Walks that ended before they started by the trace clock, and are in no other metric.");
        var lost = new MetricFamily("rmap_walk_lost_events", MetricKind.Gauge, "Events that the kernel lost or overwrote in the whole trace.");
        var unreadable = new MetricFamily("rmap_walk_unreadable_events", MetricKind.Gauge, "Starts and ends of walks in the whole trace that could not be read.");
        foreach (var group in _sets.GroupBy(item => (item.Labels, item.Set.IsOfTriggers)))
        {
            RmapWalkStatistics walks = StatisticsSum.Of([.. group.Select(item => item.Set.Statistics)]);
            MetricLabels labels = Labels(group.First().Set, group.First().Host);
            if (group.Key.IsOfTriggers)
            {
                Fill(triggers, labels, walks);
                continue;
            }

            Fill(durations, labels, walks);
            longest.Set(labels, walks.MaximumNanoseconds is { } maximum && !walks.HasWideBuckets ? MetricNumber.Seconds(maximum) : null);
            starts.Set(labels, MetricNumber.Maybe(walks.UnmatchedStarts));
            ends.Set(labels, MetricNumber.Maybe(walks.UnmatchedEnds));
            backwards.Set(labels, MetricNumber.Of(walks.TimeBackwards));
            lost.Set(labels, MetricNumber.Maybe(walks.LostEvents));
            unreadable.Set(labels, MetricNumber.Maybe(walks.UnreadableEvents));
        }

        foreach (MetricFamily family in new[] { durations, triggers, longest, starts, ends, backwards, lost, unreadable })
        {
            family.Write(text, format);
        }
    }

    private void Fill(MetricFamily family, MetricLabels labels, RmapWalkStatistics walks)
    {
        foreach ((long bound, string text) in _bounds)
        {
            family.Set("_bucket", labels.With("le", text), MetricNumber.Of(walks.Histogram.Where(bucket => bucket.IsWithin(bound)).Sum(bucket => bucket.Count)));
        }

        family.Set("_bucket", labels.With("le", "+Inf"), MetricNumber.Of(walks.Count));
        family.Set("_count", labels, MetricNumber.Of(walks.Count));

        family.Set("_sum", labels, MetricNumber.Seconds(walks.TotalNanoseconds));
    }

    // Which labels there are depends on the grouping alone, but for what the source cannot know.
    private static MetricLabels Labels(RmapMeasuredSet set, string? host) => KsmMetrics.Host(host)
        .With("page_type", set.Statistics.PageType?.ToString().ToLowerInvariant())
        .With("command", set.Statistics.Command)
        .With("thread_id", set.Statistics.ThreadId)
        .With("cpu", set.Statistics.Cpu)
        .With("locked", set.Statistics.Locked is { } locked ? (locked ? "true" : "false") : null)
        .With("caller", set.Statistics.Caller)
        .With("max_page_sharing", set.MaxPageSharing)
        .With("approximate", set.Statistics.Approximate ? "true" : null);
}
