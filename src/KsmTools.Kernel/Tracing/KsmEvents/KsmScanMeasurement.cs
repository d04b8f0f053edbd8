using KsmTools.Records;

namespace KsmTools.Tracing.KsmEvents;

/// <summary>Measures KSM's events as they come, in their order. What a clock's steps are to nanoseconds nobody knows, so each unit of time is measured by itself.</summary>
public sealed class KsmScanMeasurement
{
    private readonly KsmScanTally[] _tallies = [.. Enum.GetValues<RmapTimeUnit>().Select(unit => new KsmScanTally(unit))];
    private readonly SymbolTable _names = new();
    private readonly RecordTest? _test;
    private string? _path;
    private object? _recording;
    private LostTally _lost;
    private bool _isCut;
    private long? _unreadable;

    /// <summary>A measurement of nothing yet.</summary>
    /// <param name="filter">The events of the pipeline that are wanted; null for all. A reader's are filtered by the reader.</param>
    public KsmScanMeasurement(RecordFilter? filter = null) => _test = filter is { IsEmpty: false } ? new RecordTest(filter, _names) : null;

    /// <summary>Whether an event's time was of a clock that does not count nanoseconds.</summary>
    public bool HasTicks => _tallies[(int)RmapTimeUnit.Ticks].Events > 0;

    /// <summary>How many events the kernel lost.</summary>
    public LostTally Lost => _lost;

    /// <summary>Scans whose end is before their start by the clock.</summary>
    public long TimeBackwards => _tallies.Sum(tally => tally.TimeBackwards);

    private bool Any => Array.Exists(_tallies, tally => tally.Events > 0);

    /// <summary>Measures the next events.</summary>
    /// <param name="records">Records of KSM's events, as a reader of them gives them.</param>
    public void Add(ReadOnlySpan<TraceRecord> records)
    {
        foreach (ref readonly TraceRecord record in records)
        {
            if (record.IsNewTrace)
            {
                Complete();
            }
            else if (record.Kind == TraceRecordKind.Lost)
            {
                Lose(record);
            }
            else
            {
                Take(record);
            }
        }
    }

    /// <summary>Measures the next event. One of another file than the last begins another trace.</summary>
    /// <param name="item">The event.</param>
    public void Add(KsmEvent item)
    {
        ArgumentNullException.ThrowIfNull(item);
        if (Any && (item.Path != _path || item.Recording != _recording))
        {
            Complete();
        }

        _path = item.Path;
        _recording = item.Recording;
        if (item.LostEventsBeforeIsLowerBound)
        {
            Lose(TraceRecord.LostAtLeast(TraceRecord.AnyCpu, item.LostEventsBefore));
        }
        else if (item.LostEventsBefore > 0)
        {
            Lose(TraceRecord.Lost(TraceRecord.AnyCpu, item.LostEventsBefore));
        }

        TraceRecord record = KsmEventObjects.Record(item);
        if (_test is not null)
        {
            record.Command = CommandName.From(System.Text.Encoding.UTF8.GetBytes(item.Command), _names);
            if (!_test.Has(record))
            {
                return;
            }
        }

        Take(record);
    }

    /// <summary>A trace is over: its open scan stays incomplete, and what comes next is another trace, maybe of another machine.</summary>
    public void Complete() => Array.ForEach(_tallies, tally => tally.Complete());

    /// <summary>As <see cref="Complete()"/>, with what the trace's reader knows.</summary>
    /// <param name="unreadableEvents">Wanted events that it could not read.</param>
    /// <param name="isWhole">Whether it came to the trace's end.</param>
    public void Complete(long unreadableEvents, bool isWhole)
    {
        Complete();
        _unreadable = (_unreadable ?? 0) + unreadableEvents;
        _isCut |= !isWhole;
    }

    /// <summary>What was measured so far: one for each unit of time that events had, and one of nothing where there were none. What is missing is said in each.</summary>
    public IReadOnlyList<KsmScanStatistics> Statistics() =>
        [.. _tallies.Where((tally, unit) => Any ? tally.Events > 0 : unit == 0).Select(tally => tally.Statistics(_lost, _isCut, _unreadable))];

    private void Lose(in TraceRecord mark)
    {
        _lost.Add(mark);
        Array.ForEach(_tallies, tally => tally.Lose());
    }

    private void Take(in TraceRecord record) => _tallies[(int)record.TimeUnit].Take(record);
}
