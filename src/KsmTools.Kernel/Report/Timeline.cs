namespace KsmTools.Report;

/// <summary>Walks that began in one span of time.</summary>
/// <param name="Start">When the span begins.</param>
/// <param name="Count">How many.</param>
/// <param name="Shortest">The shortest.</param>
/// <param name="Longest">The longest.</param>
internal readonly record struct TimelineBin(long Start, long Count, long Shortest, long Longest)
{
    public TimelineBin With(TimelineBin other) =>
        new(Math.Min(Start, other.Start), Count + other.Count, Math.Min(Shortest, other.Shortest), Math.Max(Longest, other.Longest));
}

/// <summary>
/// When walks were, and how long they took, in a bounded number of equal spans: whenever the walks reach beyond them, two spans become one.
/// </summary>
internal sealed class Timeline
{
    private const int MostBins = 480;

    private readonly Dictionary<long, TimelineBin> _bins = [];
    private int _shift;
    private long _first = long.MaxValue;
    private long _last = long.MinValue;

    /// <summary>The spans that have walks, in order.</summary>
    public IReadOnlyList<TimelineBin> Bins => [.. _bins.OrderBy(bin => bin.Key).Select(bin => bin.Value)];

    /// <summary>Spans are 2 to this power long.</summary>
    public int Shift => _shift;

    /// <summary>How many walks there are.</summary>
    public long Count => _bins.Values.Sum(bin => bin.Count);

    /// <summary>The spans that have walks, of a length that may be longer than these are.</summary>
    /// <param name="shift">They are 2 to this power long.</param>
    public IReadOnlyList<TimelineBin> BinsOf(int shift) =>
        [.. _bins.GroupBy(bin => bin.Key >> Math.Max(0, shift - _shift)).OrderBy(span => span.Key).Select(span => span.Select(bin => bin.Value).Aggregate((one, other) => one.With(other)))];

    /// <summary>Notes a walk.</summary>
    /// <param name="start">When it began.</param>
    /// <param name="duration">How long it took.</param>
    public void Add(long start, long duration)
    {
        _first = Math.Min(_first, start);
        _last = Math.Max(_last, start);
        while ((Int128)(_last >> _shift) - (_first >> _shift) >= MostBins)
        {
            Halve();
        }

        var one = new TimelineBin(start, 1, duration, duration);
        ref TimelineBin bin = ref System.Runtime.InteropServices.CollectionsMarshal.GetValueRefOrAddDefault(_bins, start >> _shift, out bool exists);
        bin = exists ? bin.With(one) : one;
    }

    private void Halve()
    {
        _shift++;
        KeyValuePair<long, TimelineBin>[] former = [.. _bins];
        _bins.Clear();
        foreach ((long key, TimelineBin bin) in former)
        {
            _bins[key >> 1] = _bins.TryGetValue(key >> 1, out TimelineBin other) ? other.With(bin) : bin;
        }
    }
}
