using KsmTools.Records;
using KsmTools.Rmap;

namespace KsmTools.Benchmark;

/// <summary>Collects the walks of one row: those of pages of one type, made by the threads that triggered them.</summary>
internal sealed class BenchmarkWalks
{
    private readonly RmapPageType _pageType;
    private readonly RmapWalkMeasurement _measurement;
    private readonly RmapWalkPairer<Sink> _pairer;
    private readonly List<RmapWalk> _walks = [];
    private readonly List<TraceRecord> _wanted = [];

    public BenchmarkWalks(RmapPageType pageType)
    {
        _pageType = pageType;
        _measurement = new RmapWalkMeasurement(RmapGroupBy.PageType, Symbols);
        _pairer = new RmapWalkPairer<Sink>(new Sink(pageType, _walks, new RecordObjects(Symbols)));
    }

    /// <summary>The table whose numbers the records have.</summary>
    public SymbolTable Symbols { get; } = new();

    /// <summary>The walks, in the order of their ends.</summary>
    public IReadOnlyList<RmapWalk> Walks => _walks;

    /// <summary>Adds what a trigger left in the buffers.</summary>
    /// <param name="records">The records, in the order of time.</param>
    /// <param name="threadId">The trigger's thread.</param>
    public void Add(ReadOnlySpan<TraceRecord> records, int threadId)
    {
        _wanted.Clear();
        foreach (ref readonly TraceRecord record in records)
        {
            if (record.Kind == TraceRecordKind.Lost || record.ThreadId == threadId)
            {
                _wanted.Add(record);
            }
        }

        ReadOnlySpan<TraceRecord> wanted = System.Runtime.InteropServices.CollectionsMarshal.AsSpan(_wanted);
        _measurement.Add(wanted);
        _pairer.Pair(wanted);
    }

    /// <summary>Adds a trigger as if it were a walk.</summary>
    /// <param name="elapsed">Nanoseconds.</param>
    /// <param name="threadId">The trigger's thread.</param>
    public void Add(long elapsed, int threadId) => _measurement.Add(new RmapWalk { DurationNanoseconds = elapsed, ThreadId = threadId, PageType = _pageType });

    /// <summary>A trigger is over: a start without its end stays so.</summary>
    public void Complete()
    {
        _measurement.Complete();
        _pairer.Complete();
    }

    /// <summary>What they cost.</summary>
    public RmapWalkStatistics Statistics() =>
        _measurement.Statistics().FirstOrDefault(group => group.PageType == _pageType) ?? new RmapWalkStatistics { PageType = _pageType };

    private readonly struct Sink(RmapPageType pageType, List<RmapWalk> walks, RecordObjects objects) : IWalkSink
    {
        public void Walk(in TraceRecord start, in TraceRecord end)
        {
            if ((start.PageType ?? end.PageType) == pageType)
            {
                walks.Add(objects.Walk(start, end));
            }
        }

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
