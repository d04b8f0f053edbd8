using System.Runtime.InteropServices;
using KsmTools.Records;
using KsmTools.Rmap;
using KsmTools.Rmap.Comparison;

namespace KsmTools.Report;

/// <summary>The timelines of groups of walks, from walks or from the records of a trace.</summary>
internal sealed class WalkTimelines
{
    private readonly Dictionary<RmapGroupKey, Timeline> _timelines = [];
    private readonly RmapGroupBy _groupBy;
    private readonly SymbolTable _symbols;
    private readonly RecordObjects _objects;
    private readonly RmapWalkPairer<Sink> _pairer;

    /// <summary>Timelines of nothing yet.</summary>
    /// <param name="groupBy">What walks are grouped by.</param>
    /// <param name="symbols">The table of the records' readers.</param>
    /// <param name="filter">The walks of traces that are wanted.</param>
    public WalkTimelines(RmapGroupBy groupBy, SymbolTable symbols, RecordFilter filter)
    {
        _groupBy = groupBy;
        _symbols = symbols;
        _objects = new RecordObjects(symbols);
        _pairer = new RmapWalkPairer<Sink>(new Sink(this), filter, symbols);
    }

    /// <summary>Pairs and notes the next records of a trace.</summary>
    public void Add(ReadOnlySpan<TraceRecord> records) => _pairer.Pair(records);

    /// <summary>Pairs and notes the next event.</summary>
    public void Add(RmapEvent item) => _pairer.Pair(_objects.Records(item));

    /// <summary>Notes a walk.</summary>
    public void Add(RmapWalk walk)
    {
        TraceRecord record = _objects.Record(walk);
        Of(record, record).Add(walk.StartNanoseconds, walk.DurationNanoseconds);
    }

    /// <summary>A trace is over, and what comes next is another.</summary>
    public void Complete() => _pairer.Complete();

    /// <summary>The timelines by their groups.</summary>
    public Dictionary<TimelineKey, Timeline> ByGroup()
    {
        Complete();
        var found = new Dictionary<TimelineKey, Timeline>();
        foreach ((RmapGroupKey key, Timeline timeline) in _timelines)
        {
            var group = new MeasuredKey(
                TraceRecord.PageTypeOf(key.PageTypeCode),
                _groupBy.HasFlag(RmapGroupBy.Command) ? _objects.Command(key.Command) : null,
                _groupBy.HasFlag(RmapGroupBy.ThreadId) ? key.ThreadId : null,
                _groupBy.HasFlag(RmapGroupBy.Cpu) ? key.Cpu : null,
                RmapGroupKey.LockedOf(key.LockedCode),
                key.Caller == 0 ? null : _symbols.Name(key.Caller),
                MaxPageSharing: null);
            found[new TimelineKey(group, key.TimeUnit)] = timeline;
        }

        return found;
    }

    private Timeline Of(in TraceRecord start, in TraceRecord end)
    {
        ref Timeline? timeline = ref CollectionsMarshal.GetValueRefOrAddDefault(_timelines, RmapGroupKey.Of(_groupBy, start, end), out _);
        return timeline ??= new Timeline();
    }

    private readonly struct Sink(WalkTimelines owner) : IWalkSink
    {
        public void Walk(in TraceRecord start, in TraceRecord end) => owner.Of(start, end).Add(start.Timestamp, end.Timestamp - start.Timestamp);

        public void TimeBackwards(in TraceRecord start, in TraceRecord end)
        {
        }

        public void UnmatchedStart(in TraceRecord start)
        {
        }

        public void UnmatchedEnd(in TraceRecord end)
        {
        }
    }
}
