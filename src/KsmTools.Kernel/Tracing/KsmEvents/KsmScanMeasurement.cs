using KsmTools.Records;
using KsmTools.Rmap;

namespace KsmTools.Tracing.KsmEvents;

/// <summary>Measures KSM's events as they come, in their order.</summary>
public sealed class KsmScanMeasurement
{
    private readonly DurationDistribution _durations = new();
    private readonly SymbolTable _names = new();
    private readonly RecordTest? _test;
    private (long Time, long? Sequence)? _open;
    private bool _isFirstHalf;
    private long _first = long.MaxValue;
    private long _last = long.MinValue;
    private string? _path;
    private object? _recording;
    private long _window;
    private long _events;
    private long _scans;
    private long _incomplete;
    private long _backwards;
    private long _merged;
    private long _newPages;
    private long _zeroPages;
    private long _failed;
    private long _pagesRemoved;
    private long _itemsRemoved;
    private long? _rmapItems;
    private LostTally _lost;
    private bool _isCut;
    private long? _unreadable;
    private RmapTimeUnit _unit;

    /// <summary>A measurement of nothing yet.</summary>
    /// <param name="filter">The events of the pipeline that are wanted; null for all. A reader's are filtered by the reader.</param>
    public KsmScanMeasurement(RecordFilter? filter = null) => _test = filter is { IsEmpty: false } ? new RecordTest(filter, _names) : null;

    /// <summary>Whether an event's time was of a clock that does not count nanoseconds.</summary>
    public bool HasTicks => _unit == RmapTimeUnit.Ticks;

    /// <summary>How many events the kernel lost.</summary>
    public LostTally Lost => _lost;

    /// <summary>Scans whose end is before their start by the clock.</summary>
    public long TimeBackwards => _backwards;

    // From the first event of this trace to the last.
    private long Window => _last >= _first ? _last - _first : 0;

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
        if (_events > 0 && (item.Path != _path || item.Recording != _recording))
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
    public void Complete()
    {
        _incomplete += _open is null ? 0 : 1;
        _open = null;
        _isFirstHalf = false;
        _window += Window;
        (_first, _last) = (long.MaxValue, long.MinValue);
    }

    /// <summary>As <see cref="Complete()"/>, with what the trace's reader knows.</summary>
    /// <param name="unreadableEvents">Wanted events that it could not read.</param>
    /// <param name="isWhole">Whether it came to the trace's end.</param>
    public void Complete(long unreadableEvents, bool isWhole)
    {
        Complete();
        _unreadable = (_unreadable ?? 0) + unreadableEvents;
        _isCut |= !isWhole;
    }

    /// <summary>What was measured so far. A scan that has not ended is incomplete.</summary>
    public KsmScanStatistics Statistics()
    {
        bool any = _durations.Count > 0;
        RmapHistogramBucket[] buckets = any ? _durations.Buckets(_unit) : [];
        long? window = _events > 0 ? _window + Window : null;
        return new KsmScanStatistics
        {
            Scans = _scans,
            IncompleteScans = _incomplete + (_open is null ? 0 : 1),
            TimeBackwards = _backwards,
            MinimumNanoseconds = any ? _durations.Minimum : null,
            MeanNanoseconds = any ? _durations.Mean : null,
            P50Nanoseconds = any ? _durations.Percentile(50, buckets) : null,
            P99Nanoseconds = any ? _durations.Percentile(99, buckets) : null,
            MaximumNanoseconds = any ? _durations.Maximum : null,
            PagesMerged = _merged,
            NewKsmPages = _newPages,
            ZeroPagesMerged = _zeroPages,
            MergesFailed = _failed,
            KsmPagesRemoved = _pagesRemoved,
            RmapItemsRemoved = _itemsRemoved,
            MergesPerSecond = window > 0 && !HasTicks ? (_merged + _zeroPages) * 1e9 / window : null,
            RmapItems = _rmapItems,
            Events = _events,
            LostEvents = _lost.Events,
            LostEventsIsLowerBound = _lost.IsLowerBound || _isCut,
            UnreadableEvents = _unreadable,
            WindowNanoseconds = window,
            TimeUnit = _unit,
        };
    }

    private void Lose(in TraceRecord mark)
    {
        _lost.Add(mark);

        // The second half of a merge may be among them; a scan's ends are told by its number.
        _isFirstHalf = false;
    }

    private void Take(in TraceRecord record)
    {
        _events++;
        _first = Math.Min(_first, record.Timestamp);
        _last = Math.Max(_last, record.Timestamp);
        if (record.TimeUnit != RmapTimeUnit.Nanoseconds)
        {
            _unit = record.TimeUnit;
        }

        switch (KsmEventShape.KindOf(record.Kind))
        {
            case KsmEventKind.StartScan:
                // ksmd begins anew, with the same number, if the last process has ended right after the start.
                _incomplete += _open is null ? 0 : 1;
                _open = (record.Timestamp, record.Signed(KsmEventShape.Sequence));
                break;
            case KsmEventKind.StopScan:
                Stop(record);
                break;
            case KsmEventKind.MergeOnePage:
                if (record[KsmEventShape.Error] == 0)
                {
                    _zeroPages++;
                }
                else
                {
                    _failed++;
                }

                break;
            case KsmEventKind.MergeWithKsmPage:
                Merge(record);
                break;
            case KsmEventKind.RemoveKsmPage:
                _pagesRemoved++;
                break;
            case KsmEventKind.RemoveRmapItem:
                _itemsRemoved++;
                break;
        }
    }

    private void Stop(in TraceRecord record)
    {
        _scans++;
        _rmapItems = record.Signed(KsmEventShape.RmapItems) ?? _rmapItems;
        if (_open is { } start && start.Sequence == record.Signed(KsmEventShape.Sequence))
        {
            if (record.Timestamp >= start.Time)
            {
                _durations.Record(record.Timestamp - start.Time);
            }
            else
            {
                _backwards++;
            }
        }
        else
        {
            _incomplete += _open is null ? 1 : 2;
        }

        _open = null;
    }

    // Two pages are merged in two steps (mm/ksm.c, try_to_merge_two_pages): one becomes a KSM page, then the other is merged with it. If
    // that fails, ksmd takes the first step back, for which there is no event.
    private void Merge(in TraceRecord record)
    {
        bool isNew = record[KsmEventShape.KsmPage] == 0;
        if (record[KsmEventShape.Error] == 0)
        {
            _merged++;
            _newPages += isNew ? 1 : 0;
            _isFirstHalf = isNew;
            return;
        }

        _failed++;
        if (_isFirstHalf && !isNew)
        {
            _merged--;
            _newPages--;
        }

        _isFirstHalf = false;
    }
}
