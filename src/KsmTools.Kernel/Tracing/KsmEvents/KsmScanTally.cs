using KsmTools.Records;
using KsmTools.Rmap;

namespace KsmTools.Tracing.KsmEvents;

/// <summary>KSM's events whose times are of one unit, as they come.</summary>
/// <param name="unit">What their times count.</param>
internal sealed class KsmScanTally(RmapTimeUnit unit)
{
    private readonly DurationDistribution _durations = new();
    private (long Time, long? Sequence)? _open;
    private bool _isFirstHalf;
    private long _first = long.MaxValue;
    private long _last = long.MinValue;
    private long _window;
    private long _scans;
    private long _incomplete;
    private long _merged;
    private long _newPages;
    private long _zeroPages;
    private long _failed;
    private long _pagesRemoved;
    private long _itemsRemoved;
    private long? _rmapItems;

    /// <summary>How many there were.</summary>
    public long Events { get; private set; }

    /// <summary>Scans whose end is before their start by the clock.</summary>
    public long TimeBackwards { get; private set; }

    // From the first event of this trace to the last.
    private long Window => _last >= _first ? _last - _first : 0;

    /// <summary>A trace is over.</summary>
    public void Complete()
    {
        _incomplete += _open is null ? 0 : 1;
        _open = null;
        _isFirstHalf = false;
        _window += Window;
        (_first, _last) = (long.MaxValue, long.MinValue);
    }

    /// <summary>Events were lost. The second half of a merge may be among them; a scan's ends are told by its number.</summary>
    public void Lose() => _isFirstHalf = false;

    /// <summary>Measures the next event.</summary>
    public void Take(in TraceRecord record)
    {
        Events++;
        _first = Math.Min(_first, record.Timestamp);
        _last = Math.Max(_last, record.Timestamp);
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

    /// <summary>What was measured so far. A scan that has not ended is incomplete.</summary>
    /// <param name="lost">What the kernel lost.</param>
    /// <param name="isCut">Whether a trace could not be read to its end.</param>
    /// <param name="unreadable">Events that could not be read; null where nobody knows.</param>
    public KsmScanStatistics Statistics(LostTally lost, bool isCut, long? unreadable)
    {
        bool any = _durations.Count > 0;
        RmapHistogramBucket[] buckets = any ? _durations.Buckets(unit) : [];
        long? window = Events > 0 ? _window + Window : null;
        return new KsmScanStatistics
        {
            Scans = _scans,
            IncompleteScans = _incomplete + (_open is null ? 0 : 1),
            TimeBackwards = TimeBackwards,
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
            MergesPerSecond = window > 0 && unit == RmapTimeUnit.Nanoseconds ? (_merged + _zeroPages) * 1e9 / window : null,
            RmapItems = _rmapItems,
            Events = Events,
            LostEvents = lost.Events,
            LostEventsIsLowerBound = lost.IsLowerBound || isCut,
            UnreadableEvents = unreadable,
            WindowNanoseconds = window,
            TimeUnit = unit,
        };
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
                TimeBackwards++;
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
