using MathNet.Numerics.Distributions;

namespace KsmTools.Rmap.Comparison;

/// <summary>One side of a comparison, to draw from again and again. A draw costs no more for millions of walks than for thousands.</summary>
internal sealed class WalkSample
{
    private const int MostDrawn = 1024;
    private const int MostClasses = 512;
    private const int LeastToSplit = 32;

    private readonly long[] _upTo;
    private readonly double[] _from;
    private readonly double[] _to;
    private readonly double[] _values;
    private readonly double[] _each;
    private readonly (double Value, double Count)[] _classes;

    /// <summary>Takes a histogram.</summary>
    /// <param name="statistics">Statistics with walks.</param>
    public WalkSample(RmapWalkStatistics statistics)
    {
        RmapHistogramBucket[] buckets = statistics.Histogram;
        double minimum = statistics.MinimumNanoseconds ?? 0;
        double maximum = statistics.MaximumNanoseconds ?? double.MaxValue;
        _upTo = new long[buckets.Length];
        _from = new double[buckets.Length];
        _to = new double[buckets.Length];
        _values = new double[buckets.Length];
        for (int i = 0; i < buckets.Length; i++)
        {
            Count += buckets[i].Count;
            _upTo[i] = Count;
            _from[i] = Math.Clamp(buckets[i].FromNanoseconds, minimum, maximum);
            _to[i] = Math.Clamp(buckets[i].ToNanoseconds, minimum, maximum);
            _values[i] = (_from[i] + _to[i]) / 2;
        }

        _each = Count <= MostDrawn ? [.. buckets.SelectMany((bucket, index) => Enumerable.Repeat(_values[index], (int)bucket.Count))] : [];
        _classes = _each.Length > 0 ? [] : Classes(buckets);
    }

    /// <summary>Walks.</summary>
    public long Count { get; }

    /// <summary>The mean of as many walks, drawn with replacement. Of many, each class of durations gets a Poisson number of walks, which comes to the same.</summary>
    /// <param name="random">The source of chance.</param>
    public double DrawMean(Random random)
    {
        double sum = 0;
        if (_each.Length > 0)
        {
            for (int i = 0; i < _each.Length; i++)
            {
                sum += _each[random.Next(_each.Length)];
            }

            return sum / _each.Length;
        }

        double count = 0;
        foreach ((double value, double expected) in _classes)
        {
            double drawn = Poisson.Sample(random, expected);
            count += drawn;
            sum += drawn * value;
        }

        return sum / count;
    }

    /// <summary>
    /// Where the percentile of all possible walks may lie: as many of the walks at hand are below it as of that many draws fall below it by chance (binomial), so
    /// it is between two neighbours among the walks, or beyond the last.
    /// </summary>
    /// <param name="random">The source of chance.</param>
    /// <param name="share">The percentile, from 0 to 1.</param>
    /// <returns>The outer bounds of the neighbours' buckets; 0 and infinity where there is no neighbour.</returns>
    public (double Low, double High) DrawPercentile(Random random, double share)
    {
        long below = Binomial(random, Count, share);
        return (below == 0 ? 0 : _from[BucketOf(below)], below == Count ? double.PositiveInfinity : _to[BucketOf(below + 1)]);
    }

    // By the median of what is left, whose place is beta distributed: a step halves the number (Devroye, Non-Uniform Random Variate Generation, X.4).
    private static long Binomial(Random random, long count, double share)
    {
        long found = 0;
        while (count > LeastToSplit)
        {
            long middle = (count / 2) + 1;
            double place = Beta.Sample(random, middle, count + 1 - middle);
            if (place <= share)
            {
                found += middle;
                count -= middle;
                share = (share - place) / (1 - place);
            }
            else
            {
                count = middle - 1;
                share /= place;
            }
        }

        for (; count > 0; count--)
        {
            found += random.NextDouble() < share ? 1 : 0;
        }

        return found;
    }

    private int BucketOf(long rank)
    {
        int index = Array.BinarySearch(_upTo, rank);
        return index >= 0 ? index : ~index;
    }

    // Equal steps of the logarithm; within one, values differ by little and their mean stands for them.
    private (double Value, double Count)[] Classes(RmapHistogramBucket[] buckets)
    {
        double lowest = Math.Max(1, _values[0]);
        double step = Math.Max(1e-9, Math.Log(Math.Max(1, _values[^1]) / lowest) / (MostClasses - 1));
        return
        [
            .. buckets
                .Select((bucket, index) => (Value: _values[index], bucket.Count, Class: (int)(Math.Log(Math.Max(1, _values[index]) / lowest) / step)))
                .GroupBy(item => item.Class)
                .Select(items => (items.Sum(item => item.Value * item.Count) / items.Sum(item => item.Count), (double)items.Sum(item => item.Count))),
        ];
    }
}
