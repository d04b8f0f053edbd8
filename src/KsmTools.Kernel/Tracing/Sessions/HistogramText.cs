using System.Globalization;
using System.Text.RegularExpressions;
using KsmTools.Errors;
using KsmTools.Records;
using KsmTools.Rmap;

namespace KsmTools.Tracing.Sessions;

/// <summary>
/// A kernel histogram of durations by powers of two, as its <c>hist</c> file prints it: <c>{ lat: ~ 2^13 } hitcount: 31 lat: 158156</c>. Bucket N
/// holds what is above 2^(N-1) and not above 2^N (kernel/trace/trace_events_hist.c, <c>hist_field_log2</c>).
/// </summary>
internal sealed partial class HistogramText
{
    private const int Largest = 63;

    private readonly SortedDictionary<int, long> _counts = [];
    private long _count;
    private long _total;
    private long _dropped;
    private long _backwards;

    private HistogramText()
    {
    }

    /// <summary>Reads a <c>hist</c> file.</summary>
    /// <exception cref="KsmToolsException">A line of a bucket is not as the kernel prints it.</exception>
    public static HistogramText Parse(string text, string path)
    {
        var histogram = new HistogramText();
        foreach (string line in text.Split('\n'))
        {
            if (line.StartsWith('{'))
            {
                Match bucket = Bucket().Match(line);
                if (!bucket.Success || !histogram.TryAdd(bucket))
                {
                    throw KernelErrors.ForContents(path, line);
                }
            }
            else if (line.Trim() is var trimmed && trimmed.StartsWith("Dropped:", StringComparison.Ordinal))
            {
                _ = long.TryParse(trimmed.AsSpan("Dropped:".Length), NumberStyles.AllowLeadingWhite, CultureInfo.InvariantCulture, out histogram._dropped);
            }
        }

        return histogram;
    }

    /// <summary>The statistics: count, total and mean as the kernel summed them up, the rest by the buckets' bounds.</summary>
    public RmapWalkStatistics Statistics(RmapPageType type)
    {
        RmapHistogramBucket[] buckets = [.. _counts.Select(item => new RmapHistogramBucket { FromNanoseconds = From(item.Key), ToNanoseconds = To(item.Key), Count = item.Value })];
        return new RmapWalkStatistics
        {
            PageType = type,
            Count = _count,
            MinimumNanoseconds = _count == 0 ? null : buckets[0].FromNanoseconds,
            MeanNanoseconds = _count == 0 ? null : (double)_total / _count,
            P50Nanoseconds = RmapHistogramBucket.Percentile(buckets, 50),
            P90Nanoseconds = RmapHistogramBucket.Percentile(buckets, 90),
            P99Nanoseconds = RmapHistogramBucket.Percentile(buckets, 99),
            P999Nanoseconds = RmapHistogramBucket.Percentile(buckets, 99.9m),
            MaximumNanoseconds = _count == 0 ? null : buckets[^1].ToNanoseconds,
            TotalNanoseconds = _total,
            TimeBackwards = _backwards,
            LostEvents = _dropped,
            Histogram = buckets,
        };
    }

    private bool TryAdd(Match bucket)
    {
        bool isWhole = int.TryParse(bucket.Groups["power"].ValueSpan, NumberStyles.None, CultureInfo.InvariantCulture, out int power)
            & long.TryParse(bucket.Groups["count"].ValueSpan, NumberStyles.None, CultureInfo.InvariantCulture, out long count)
            & ulong.TryParse(bucket.Groups["sum"].ValueSpan, NumberStyles.None, CultureInfo.InvariantCulture, out ulong sum);
        if (!isWhole || power > Largest || count > long.MaxValue - _count - _backwards)
        {
            return false;
        }

        // A difference below zero is nearly 2^64 to the kernel, whose shift by 64 puts it into the lowest bucket: its sum is below zero, too. The few walks of that bucket that took no time are counted with them.
        if (power == 0 && (long)sum < 0)
        {
            _backwards += count;
            return true;
        }

        if (sum > (ulong)(long.MaxValue - _total))
        {
            return false;
        }

        _count += count;

        _counts[power] = _counts.GetValueOrDefault(power) + count;
        _total += (long)sum;
        return true;
    }

    private static long From(int power) => power == 0 ? 0 : (1L << (power - 1)) + 1;

    private static long To(int power) => power >= Largest ? long.MaxValue : 1L << power;

    [GeneratedRegex(@"^\{ lat: ~ 2\^(?<power>\d+)\s*\} hitcount:\s+(?<count>\d+)\s+lat:\s+(?<sum>\d+)\s*$", RegexOptions.CultureInvariant)]
    private static partial Regex Bucket();
}
