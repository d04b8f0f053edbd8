using System.Runtime.InteropServices;
using KsmTools.Errors;
using KsmTools.Records;

namespace KsmTools.Rmap;

/// <summary>
/// Groups walks and measures each group, without an object per walk. Feed it records (<see cref="Add(ReadOnlySpan{TraceRecord})"/>) or walks
/// (<see cref="Add(RmapWalk)"/>), then ask for the <see cref="Statistics()"/>.
/// </summary>
public sealed class RmapWalkMeasurement
{
    private readonly RmapWalkPairer<Sink> _pairer;
    private readonly Groups _groups;
    private readonly SymbolTable _symbols;
    private readonly RecordObjects _objects;
    private readonly RecordTest? _test;
    private bool _fromRecords;
    private bool _isCut;
    private long _unreadable;

    /// <summary>A measurement with nothing in it.</summary>
    /// <param name="groupBy">What to group by.</param>
    /// <param name="symbols">The table of the reader whose records are measured.</param>
    /// <param name="filter">The walks that are wanted; null for all.</param>
    public RmapWalkMeasurement(RmapGroupBy groupBy, SymbolTable symbols, RecordFilter? filter = null)
    {
        ArgumentNullException.ThrowIfNull(symbols);
        filter ??= new RecordFilter();
        _groups = new Groups(groupBy);
        _pairer = new RmapWalkPairer<Sink>(new Sink(_groups, new ApproximateWalks(symbols)), filter, symbols);
        _test = filter.IsEmpty ? null : new RecordTest(filter, symbols);
        _symbols = symbols;
        _objects = new RecordObjects(symbols);
    }

    /// <summary>How many events the kernel lost.</summary>
    public LostTally Lost => _pairer.Lost;

    /// <summary>Pairs, and walks that came in, whose end is before their start by the clock.</summary>
    public long TimeBackwards => _groups.TimeBackwards;

    /// <summary>Whether a walk was measured by a clock that does not count nanoseconds.</summary>
    public bool HasTicks => _groups.HasTicks;

    /// <summary>Pairs and measures the next records of a trace.</summary>
    /// <param name="records">The records, in the trace's order.</param>
    public void Add(ReadOnlySpan<TraceRecord> records)
    {
        _fromRecords = true;
        _pairer.Pair(records);
    }

    /// <summary>Pairs and measures an event.</summary>
    /// <param name="item">The event.</param>
    public void Add(RmapEvent item)
    {
        ArgumentNullException.ThrowIfNull(item);
        Add(_objects.Records(item));
    }

    /// <summary>Measures a walk.</summary>
    /// <param name="walk">The walk.</param>
    /// <returns>Whether it is wanted.</returns>
    public bool Add(RmapWalk walk)
    {
        ArgumentNullException.ThrowIfNull(walk);
        TraceRecord record = _objects.Record(walk);
        TraceRecord end = record;
        end.Timestamp += walk.DurationNanoseconds;
        if (_test?.Has(record, end) == false)
        {
            return false;
        }

        Group group = _groups.Of(record, record);
        if (walk.DurationNanoseconds < 0)
        {
            group.Backwards(_groups);
            return true;
        }

        group.Record(walk.DurationNanoseconds, _groups);
        group.IsApproximate |= walk.Approximate;
        return true;
    }

    /// <summary>
    /// A trace is over: its open starts are unmatched, and what comes next is another trace. <see cref="Statistics()"/> does this too.
    /// </summary>
    public void Complete() => _pairer.Complete();

    /// <summary>As <see cref="Complete()"/>, with what the trace's reader knows.</summary>
    /// <param name="unreadableEvents">Wanted events that it could not read.</param>
    /// <param name="isWhole">Whether it came to the trace's end.</param>
    public void Complete(long unreadableEvents, bool isWhole)
    {
        Complete();
        _fromRecords = true;
        _unreadable += unreadableEvents;
        _isCut |= !isWhole;
    }

    /// <summary>
    /// The statistics of every group that has a walk or an unmatched event, ordered by the group keys: page types as Ksm, Anon, File. Where there is none, and events were lost or could not
    /// be read, a group without walks says so.
    /// </summary>
    /// <exception cref="KsmToolsException">The durations add up to more than 64 bits: the timestamps are not true.</exception>
    public IReadOnlyList<RmapWalkStatistics> Statistics()
    {
        Complete();
        if (!_groups.All.Any())
        {
            return Lost.Events > 0 || _unreadable > 0 ? [Statistics(default, new Group(default))] : [];
        }

        return [.. _groups.All
            .Select(item => Statistics(item.Key, item.Value))
            .OrderBy(item => item.PageType is null)
            .ThenBy(item => item.PageType)
            .ThenBy(item => item.Command, StringComparer.Ordinal)
            .ThenBy(item => item.ThreadId)
            .ThenBy(item => item.Cpu)
            .ThenBy(item => item.Locked)
            .ThenBy(item => item.Caller, StringComparer.Ordinal)
            .ThenBy(item => item.TimeUnit)];
    }

    private RmapWalkStatistics Statistics(RmapGroupKey key, Group group)
    {
        DurationDistribution durations = group.Durations;
        RmapGroupBy by = _groups.By;
        bool any = durations.Count > 0;
        RmapHistogramBucket[] buckets = any ? durations.Buckets(group.TimeUnit) : [];
        return new RmapWalkStatistics
        {
            PageType = TraceRecord.PageTypeOf(key.PageTypeCode),
            Command = by.HasFlag(RmapGroupBy.Command) ? _objects.Command(key.Command) : null,
            ThreadId = by.HasFlag(RmapGroupBy.ThreadId) ? key.ThreadId : null,
            Cpu = by.HasFlag(RmapGroupBy.Cpu) ? key.Cpu : null,
            Locked = RmapGroupKey.LockedOf(key.LockedCode),
            Caller = key.Caller == 0 ? null : _symbols.Name(key.Caller),
            Count = durations.Count,
            MinimumNanoseconds = any ? durations.Minimum : null,
            MeanNanoseconds = any ? durations.Mean : null,
            P50Nanoseconds = any ? durations.Percentile(50, buckets) : null,
            P90Nanoseconds = any ? durations.Percentile(90, buckets) : null,
            P99Nanoseconds = any ? durations.Percentile(99, buckets) : null,
            P999Nanoseconds = any ? durations.Percentile(99.9m, buckets) : null,
            MaximumNanoseconds = any ? durations.Maximum : null,
            StandardDeviationNanoseconds = any ? durations.StandardDeviation : null,
            TotalNanoseconds = durations.Total >= long.MinValue && durations.Total <= long.MaxValue
                ? (long)durations.Total
                : throw new KsmToolsException(ErrorReason.TraceCorrupt, null, Messages.TotalTooLarge, Messages.TotalTooLargeAction),
            UnmatchedStarts = _fromRecords ? group.UnmatchedStarts : null,
            UnmatchedEnds = _fromRecords ? group.UnmatchedEnds : null,
            TimeBackwards = group.TimeBackwards,
            LostEvents = _fromRecords ? Lost.Events : null,
            LostEventsIsLowerBound = Lost.IsLowerBound || _isCut,
            UnreadableEvents = _fromRecords ? _unreadable : null,
            Approximate = group.IsApproximate,
            TimeUnit = group.TimeUnit,
            Histogram = buckets,
            Measurement = new MeasurementMark(this),
        };
    }

    private readonly struct Sink(Groups groups, ApproximateWalks approximate) : IWalkSink
    {
        public void Walk(in TraceRecord start, in TraceRecord end)
        {
            Group group = groups.Of(start, end);
            group.Record(end.Timestamp - start.Timestamp, groups);
            group.IsApproximate |= approximate.Has(start);
        }

        public void TimeBackwards(in TraceRecord start, in TraceRecord end) => groups.Of(start, end).Backwards(groups);

        public void UnmatchedStart(in TraceRecord start) => groups.Of(start, start).UnmatchedStarts++;

        public void UnmatchedEnd(in TraceRecord end) => groups.Of(end, end).UnmatchedEnds++;
    }

    private sealed class Group(RmapTimeUnit unit)
    {
        public DurationDistribution Durations { get; } = new();

        public RmapTimeUnit TimeUnit => unit;

        public bool IsApproximate { get; set; }

        public long TimeBackwards { get; private set; }

        public long UnmatchedStarts { get; set; }

        public long UnmatchedEnds { get; set; }

        public void Record(long duration, Groups groups)
        {
            Note(groups);
            Durations.Record(duration);
        }

        public void Backwards(Groups groups)
        {
            Note(groups);
            TimeBackwards++;
            groups.TimeBackwards++;
        }

        private void Note(Groups groups) => groups.HasTicks |= unit != RmapTimeUnit.Nanoseconds;
    }

    private sealed class Groups(RmapGroupBy by)
    {
        private readonly Dictionary<RmapGroupKey, Group> _groups = [];
        private const int PageTypes = 4;

        private readonly Group?[] _byPageType = new Group?[2 * PageTypes];
        private RmapGroupKey _lastKey;
        private Group? _last;

        public RmapGroupBy By => by;

        public bool HasTicks { get; set; }

        public long TimeBackwards { get; set; }

        public IEnumerable<KeyValuePair<RmapGroupKey, Group>> All => _groups;

        public Group Of(in TraceRecord start, in TraceRecord end)
        {
            // The default, without hashing.
            if (by == RmapGroupBy.PageType)
            {
                int code = start.PageTypeCode != 0 ? start.PageTypeCode : end.PageTypeCode;
                return _byPageType[code + ((int)start.TimeUnit * PageTypes)] ??= Find(new RmapGroupKey { PageTypeCode = (byte)code, TimeUnit = start.TimeUnit });
            }

            RmapGroupKey key = RmapGroupKey.Of(by, start, end);
            if (_last is null || !key.Equals(_lastKey))
            {
                _lastKey = key;
                _last = Find(key);
            }

            return _last;
        }

        private Group Find(RmapGroupKey key)
        {
            ref Group? group = ref CollectionsMarshal.GetValueRefOrAddDefault(_groups, key, out _);
            return group ??= new Group(key.TimeUnit);
        }
    }
}
