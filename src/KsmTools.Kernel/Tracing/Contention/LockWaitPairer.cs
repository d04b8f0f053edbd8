using KsmTools.Records;
using KsmTools.Rmap;
using KsmTools.Tracing.Wanted;

namespace KsmTools.Tracing.Contention;

/// <summary>
/// Pairs the begins of waits for locks with their ends, by thread and lock. A mutex can begin several times before it ends: that is one wait. Nothing is guessed: where events
/// were lost in between, and where an end does not come before the next begin, there is no wait. Ends without a begin are usual, for only begins can be filtered by what is waited for.
/// </summary>
public sealed class LockWaitPairer
{
    /// <summary>The most waits that are open at once.</summary>
    public const int Capacity = 16_384;

    // Places of a begin's numbers while it is open; the lock stays where it is, and nothing else tells waits apart.
    internal const int Flags = 3;
    internal const int Stack = 4;

    private readonly OpenStarts _open = new(Capacity);
    private readonly RecordTest? _test;
    // The open begin that was a thread's last event.
    private readonly Dictionary<(byte Stream, int Thread), int> _latest = [];
    private LostPositions _lost = new();
    private long _position;

    /// <summary>Makes a pairer of the waits that are wanted. Others are paired all the same, so that their events are nobody else's.</summary>
    /// <param name="filter">What is wanted; a wait is asked by its begin.</param>
    /// <param name="symbols">The table of the reader whose records are paired.</param>
    public LockWaitPairer(RecordFilter filter, SymbolTable symbols)
    {
        ArgumentNullException.ThrowIfNull(filter);
        _test = filter.IsEmpty ? null : new RecordTest(filter, symbols);
    }

    /// <summary>Begins whose end is not in the trace; all that are open are added by <see cref="Complete"/>.</summary>
    public long Unended { get; private set; }

    /// <summary>Waits whose end is before their begin by the clock. They are not given.</summary>
    public long TimeBackwards { get; private set; }

    /// <summary>Takes the next record of the trace.</summary>
    /// <param name="record">The record.</param>
    /// <param name="begin">The begin of a wait, with its numbers where this class says.</param>
    /// <returns>Whether the record is the end of a wait that is wanted.</returns>
    public bool Take(in TraceRecord record, out TraceRecord begin)
    {
        begin = default;
        _position++;
        switch (record.Kind)
        {
            case TraceRecordKind.ContentionBegin:
                Begin(record);
                return false;
            case TraceRecordKind.ContentionEnd:
                return End(record, out begin);
            case TraceRecordKind.Stack:
                TakeStack(record);
                return false;
            case TraceRecordKind.Lost:
                _lost.Add(record, _position);
                return false;
            default:
                return false;
        }
    }

    /// <summary>The trace is over: whatever is open has no end.</summary>
    public void Complete()
    {
        while (_open.Oldest is >= 0 and var index)
        {
            GiveUp(index);
        }
    }

    private void Begin(in TraceRecord record)
    {
        // Idle threads of all CPUs have one number, and so have those that perf no longer knows.
        if (record.ThreadId <= 0 && record.Cpu == TraceRecord.AnyCpu)
        {
            return;
        }

        TraceRecord start = Key(record);
        start.Set(Flags, record[ContentionEvents.Flags] ?? 0);
        int index = _open.FindByAddresses(start);
        if (index >= 0 && !IsOneWait(index, start))
        {
            GiveUp(index);
            index = -1;
        }

        if (index < 0)
        {
            if (_open.Count == Capacity)
            {
                GiveUp(_open.Oldest);
            }

            index = _open.Add(start, _position);
        }

        _latest[ThreadOf(record)] = index;
    }

    // A chain is that of its thread's event before it.
    private void TakeStack(in TraceRecord record)
    {
        if (_latest.TryGetValue(ThreadOf(record), out int index) && _open.Record(index)[Stack] is null)
        {
            _open.Record(index).Set(Stack, record[StackEvents.Number] ?? 0);
        }
    }

    // Only a mutex begins again; of any other lock, the end of the wait before is missing.
    private bool IsOneWait(int index, in TraceRecord again)
    {
        ref readonly TraceRecord open = ref _open.Record(index);
        return ((LockFlags)(open[Flags] | again[Flags])!).HasFlag(LockFlags.Mutex) && !_lost.HasSince(_open.Position(index), open, again);
    }

    private bool End(in TraceRecord record, out TraceRecord begin)
    {
        begin = default;
        _latest.Remove(ThreadOf(record));
        int index = _open.FindByAddresses(Key(record));
        if (index < 0)
        {
            return false;
        }

        begin = _open.Record(index);
        if (begin.TimeUnit != record.TimeUnit || _lost.HasSince(_open.Position(index), begin, record))
        {
            GiveUp(index);
            return false;
        }

        _open.Remove(index);
        if (record.Timestamp < begin.Timestamp)
        {
            TimeBackwards += _test is null || _test.Has(begin) ? 1 : 0;
            return false;
        }

        return _test is null || _test.Has(begin, record);
    }

    private void GiveUp(int index)
    {
        ref readonly TraceRecord given = ref _open.Record(index);
        Unended += _test is null || _test.Has(given) ? 1 : 0;
        if (_latest.TryGetValue(ThreadOf(given), out int latest) && latest == index)
        {
            _latest.Remove(ThreadOf(given));
        }

        _open.Remove(index);
    }

    private static (byte Stream, int Thread) ThreadOf(in TraceRecord record) => (record.Stream, OpenStarts.ThreadKey(record));

    private static TraceRecord Key(in TraceRecord record)
    {
        TraceRecord key = record;
        key.HasAddresses = true;
        key.Rwc = 0;
        key.Function = 0;
        key.Caller = 0;
        return key;
    }
}
