using System.Runtime.CompilerServices;
using KsmTools.Records;

namespace KsmTools.Rmap;

/// <summary>
/// Pairs starts with ends, by thread, folio and rwc, the latest start first. Walks may interleave over CPUs, nest, and move to
/// another CPU.
/// <para>An end without addresses (a return probe before Linux 6.9 cannot see them) takes the latest open start of its thread and, where both
/// say it, of its function.</para>
/// <para>An end that is before its start by the clock makes no walk (<see cref="TimeBackwards"/>).</para>
/// <para>Nothing is guessed. Where the kernel lost events on the CPU of the start or of the end between the two, an end and another
/// start may be among them, so the two are not paired and both count as unmatched. A start that is still open when
/// <see cref="Capacity"/> later ones are is given up as unmatched. The cost of an event does not grow with the number of open starts.</para>
/// </summary>
/// <typeparam name="TSink">Where walks and unmatched events go.</typeparam>
public sealed class RmapWalkPairer<TSink>
    where TSink : struct, IWalkSink
{
    /// <summary>The most starts that can be open at once. A thread is in one walk at a time, so no real trace comes near it unless its ends are lost;
    /// and this many stay in a core's cache.</summary>
    public const int Capacity = 16_384;

    private readonly OpenStarts _open = new(Capacity);
    private LostPositions _lost = new();
    private long _position;
    private readonly RecordTest? _test;
    private TSink _sink;

    /// <summary>Makes a pairer with nothing open.</summary>
    /// <param name="sink">Where walks and unmatched events go.</param>
    public RmapWalkPairer(TSink sink) => _sink = sink;

    /// <summary>Makes a pairer of the walks that are wanted. Others are paired all the same, so that their events are nobody else's.</summary>
    /// <param name="sink">Where walks and unmatched events go.</param>
    /// <param name="filter">What is wanted. An end without its start is asked as if it were one.</param>
    /// <param name="symbols">The table of the reader whose records are paired.</param>
    public RmapWalkPairer(TSink sink, RecordFilter filter, SymbolTable symbols)
    {
        ArgumentNullException.ThrowIfNull(filter);
        _sink = sink;
        _test = filter.IsEmpty ? null : new RecordTest(filter, symbols);
    }

    /// <summary>Where walks and unmatched events went.</summary>
    public ref TSink Sink => ref _sink;

    /// <summary>Pairs whose end is before their start by the clock. They are no walks.</summary>
    public long TimeBackwards { get; private set; }

    /// <summary>Walks found.</summary>
    public long Walks { get; private set; }

    /// <summary>Starts given up so far; all that are open are added by <see cref="Complete"/>.</summary>
    public long UnmatchedStarts { get; private set; }

    /// <summary>Ends whose start is not in the trace.</summary>
    public long UnmatchedEnds { get; private set; }

    /// <summary>How many events the kernel lost.</summary>
    public LostTally Lost => _lost.Tally;

    /// <summary>Pairs the next records of the trace.</summary>
    /// <param name="records">The records, in the trace's order.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Pair(ReadOnlySpan<TraceRecord> records)
    {
        for (int i = 0; i < records.Length; i++)
        {
            ref readonly TraceRecord record = ref records[i];
            _position++;
            switch (record.Kind)
            {
                case TraceRecordKind.Start when i + 1 < records.Length && IsWalk(record, records[i + 1]):
                    // Its end comes right after it: nothing can be between the two, and nobody else's start is later.
                    i++;
                    _position++;
                    Walk(record, records[i]);
                    break;
                case TraceRecordKind.Start:
                    Start(record);
                    break;
                case TraceRecordKind.End:
                    End(record);
                    break;
                case TraceRecordKind.Lost:
                    _lost.Add(record, _position);
                    break;
            }
        }
    }

    /// <summary>The trace is over: whatever is open is unmatched.</summary>
    public void Complete()
    {
        while (_open.Oldest is >= 0 and var index)
        {
            GiveUp(index);
        }
    }

    // A start that would have to push out the oldest is left to those who do that.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private bool IsWalk(in TraceRecord start, in TraceRecord next) =>
        next.Kind == TraceRecordKind.End && OpenStarts.IsSameWalk(start, next) && start.TimeUnit == next.TimeUnit && _open.Count < Capacity;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void Start(in TraceRecord start)
    {
        if (_open.Count == Capacity)
        {
            GiveUp(_open.Oldest);
        }

        _open.Add(start, _position);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void End(in TraceRecord end)
    {
        int index = end.HasAddresses ? _open.FindByAddresses(end) : _open.FindByThread(end);
        if (index < 0)
        {
            Unmatched(end);
            return;
        }

        ref readonly TraceRecord start = ref _open.Record(index);
        long since = _open.Position(index);
        if (start.TimeUnit != end.TimeUnit || _lost.HasSince(since, start, end))
        {
            Unmatched(end);
            GiveUp(index);
            return;
        }

        Walk(start, end);
        _open.Remove(index);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void Walk(in TraceRecord start, in TraceRecord end)
    {
        if (end.Timestamp < start.Timestamp)
        {
            Backwards(start, end);
        }
        else if (_test is null || _test.Has(start, end))
        {
            Walks++;
            _sink.Walk(start, end);
        }
    }

    private void Backwards(in TraceRecord start, in TraceRecord end)
    {
        if (_test is null || _test.Has(start))
        {
            TimeBackwards++;
            _sink.TimeBackwards(start, end);
        }
    }

    private void Unmatched(in TraceRecord end)
    {
        if (_test is null || _test.Has(end))
        {
            UnmatchedEnds++;
            _sink.UnmatchedEnd(end);
        }
    }

    private void GiveUp(int index)
    {
        if (_test is null || _test.Has(_open.Record(index)))
        {
            UnmatchedStarts++;
            _sink.UnmatchedStart(_open.Record(index));
        }

        _open.Remove(index);
    }
}
