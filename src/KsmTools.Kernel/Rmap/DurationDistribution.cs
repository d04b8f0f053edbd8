using System.Numerics;
using System.Runtime.CompilerServices;
using HdrHistogram;
using KsmTools.Records;

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
    private const long LargestValue = long.MaxValue >> 1;
    private const int WaitingBits = 9;
    private const long LargestSquared = 1L << 50;

    private long[]? _held = new long[8];
    private (long Duration, long Count)[] _waiting = [];
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

    /// <summary>Adds a duration.</summary>
    /// <param name="duration">Not negative: an end before its start is no duration.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Record(long duration)
    {
        Count++;
        _total += duration;
        Minimum = Math.Min(Minimum, duration);
        Maximum = Math.Max(Maximum, duration);
        if (duration <= LargestSquared)
        {
            _squares += Math.BigMul((ulong)duration, (ulong)duration);
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

    /// <summary>The value below or at which this share of the durations lies: the top of its bucket.</summary>
    /// <param name="percentile">From 0 to 100.</param>
    /// <param name="buckets">What <see cref="Buckets"/> gave.</param>
    public long Percentile(decimal percentile, RmapHistogramBucket[] buckets) =>
        Math.Clamp(RmapHistogramBucket.Percentile(buckets, percentile) ?? Maximum, Minimum, Maximum);

    /// <summary>The buckets that hold something, ascending.</summary>
    /// <param name="unit">What the durations count.</param>
    public RmapHistogramBucket[] Buckets(RmapTimeUnit unit)
    {
        // HdrHistogram 2.5 records large values well, but its iterators and percentiles shift by 32 bits and are wrong from 2^41 on.
        LongHistogram histogram = Histogram();
        var buckets = new List<RmapHistogramBucket>();
        (long from, long to) = Bounds(Math.Min(Minimum, LargestValue));
        while (true)
        {
            long count = histogram.GetCountAtValue(from);
            if (count > 0)
            {
                buckets.Add(new RmapHistogramBucket { TimeUnit = unit, FromNanoseconds = from, ToNanoseconds = to, Count = count });
            }

            if (to >= Maximum || to >= LargestValue)
            {
                return [.. buckets];
            }

            (from, to) = Bounds(to + 1);
        }
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

        for (int i = 0; i < _waiting.Length; i++)
        {
            Flush(ref _waiting[i]);
        }

        return _histogram!;
    }

    private void SpillHeld(int count)
    {
        long[] held = _held!;
        _held = null;
        _highest = FirstHighest;
        _histogram = new LongHistogram(FirstHighest, SignificantDigits);
        _waiting = new (long, long)[1 << WaitingBits];
        foreach (long value in held.AsSpan(0, count))
        {
            Tally(value);
        }
    }

    // Durations repeat, above all in text with its whole microseconds: those of one bucket wait and are recorded together.
    private void Tally(long duration)
    {
        long value = Bounds(Math.Min(duration, LargestValue)).From;
        ref (long Duration, long Count) waiting = ref _waiting[((ulong)value * 0x9E37_79B9_7F4A_7C15) >> (64 - WaitingBits)];
        if (waiting.Duration != value)
        {
            Flush(ref waiting);
            waiting.Duration = value;
        }

        waiting.Count++;
    }

    private void Flush(ref (long Duration, long Count) waiting)
    {
        if (waiting.Count == 0)
        {
            return;
        }

        if (waiting.Duration > _highest)
        {
            Widen(waiting.Duration);
        }

        _histogram!.RecordValueWithCount(waiting.Duration, waiting.Count);
        waiting.Count = 0;
    }

    // The bucket of a value: as wide as leaves 11 bits of it, which is three significant digits.
    private static (long From, long To) Bounds(long value)
    {
        int shift = Math.Max(0, 53 - BitOperations.LeadingZeroCount((ulong)value));
        long from = value >> shift << shift;
        return (from, from + (1L << shift) - 1);
    }

    private void Widen(long value)
    {
        while (_highest < value)
        {
            _highest = _highest > long.MaxValue >> 5 ? LargestValue : (_highest << 4) | 0xF;
        }

        var wider = new LongHistogram(_highest, SignificantDigits);
        wider.Add(_histogram!);
        _histogram = wider;
    }
}
