using System.Numerics;
using HdrHistogram;

namespace KsmTools.Rmap;

/// <summary>
/// The durations of a group: count, total, minimum, maximum, mean and standard deviation exactly, percentiles to three significant
/// digits (HdrHistogram). Few values are held as they are; recording allocates only when a group grows out of its storage.
/// </summary>
internal sealed class DurationDistribution
{
    private const int SignificantDigits = 3;
    private const int MaximumHeld = 512;
    private const long FirstHighest = (1L << 21) - 1;
    private const long LargestSquared = 1L << 50;

    private long[]? _held = new long[8];
    private LongHistogram? _histogram;
    private long _highest;
    private Int128 _total;
    private UInt128 _squares;
    private BigInteger _largeSquares;

    public long Count { get; private set; }

    public long Minimum { get; private set; } = long.MaxValue;

    public long Maximum { get; private set; } = long.MinValue;

    public Int128 Total => _total;

    public double Mean => Count == 0 ? 0 : (double)_total / Count;

    /// <summary>The standard deviation of a sample (divided by count - 1), as <c>Measure-Object -StandardDeviation</c> has it; 0 for a single value.</summary>
    public double StandardDeviation
    {
        get
        {
            if (Count < 2)
            {
                return 0;
            }

            BigInteger scaled = (((BigInteger)_squares + _largeSquares) * Count) - BigInteger.Pow((BigInteger)_total, 2);
            return Math.Sqrt((double)scaled / Count / (Count - 1));
        }
    }

    public void Record(long duration)
    {
        Count++;
        _total += duration;
        Minimum = Math.Min(Minimum, duration);
        Maximum = Math.Max(Maximum, duration);
        if (duration is >= -LargestSquared and <= LargestSquared)
        {
            ulong size = (ulong)Math.Abs(duration);
            _squares += Math.BigMul(size, size);
        }
        else
        {
            _largeSquares += BigInteger.Pow(duration, 2);
        }

        if (_held is not null)
        {
            Hold(duration);
        }
        else
        {
            Tally(duration);
        }
    }

    /// <summary>The value below or at which this share of the durations lies.</summary>
    /// <param name="percentile">From 0 to 100.</param>
    public long Percentile(double percentile) =>
        Count == 0 ? 0 : Math.Clamp(Histogram().GetValueAtPercentile(percentile), Minimum, Maximum);

    /// <summary>The buckets that hold something, ascending.</summary>
    public RmapHistogramBucket[] Buckets()
    {
        LongHistogram histogram = Histogram();
        var buckets = new List<RmapHistogramBucket>();
        foreach (HdrHistogram.Iteration.HistogramIterationValue value in histogram.RecordedValues())
        {
            long from = histogram.LowestEquivalentValue(value.ValueIteratedTo);
            long to = histogram.HighestEquivalentValue(value.ValueIteratedTo);
            buckets.Add(new RmapHistogramBucket { FromNanoseconds = from, ToNanoseconds = to, Count = value.CountAddedInThisIterationStep });
        }

        return [.. buckets];
    }

    private void Hold(long duration)
    {
        int index = (int)Count - 1;
        if (index < MaximumHeld)
        {
            if (index == _held!.Length)
            {
                Array.Resize(ref _held, _held.Length * 4);
            }

            _held[index] = duration;
            return;
        }

        SpillHeld(index);
        Tally(duration);
    }

    private LongHistogram Histogram()
    {
        if (_held is not null)
        {
            SpillHeld((int)Count);
        }

        return _histogram!;
    }

    private void SpillHeld(int count)
    {
        long[] held = _held!;
        _held = null;
        _highest = FirstHighest;
        _histogram = new LongHistogram(FirstHighest, SignificantDigits);
        foreach (long value in held.AsSpan(0, count))
        {
            Tally(value);
        }
    }

    // CPUs' clocks may disagree by a little and make a short walk negative: 0 is the nearest that a histogram holds.
    private void Tally(long duration)
    {
        long value = Math.Clamp(duration, 0, long.MaxValue >> 1);
        if (value > _highest)
        {
            Widen(value);
        }

        _histogram!.RecordValue(value);
    }

    private void Widen(long value)
    {
        while (_highest < value)
        {
            _highest = _highest > long.MaxValue >> 5 ? long.MaxValue >> 1 : (_highest << 4) | 0xF;
        }

        var wider = new LongHistogram(_highest, SignificantDigits);
        wider.Add(_histogram!);
        _histogram = wider;
    }
}
