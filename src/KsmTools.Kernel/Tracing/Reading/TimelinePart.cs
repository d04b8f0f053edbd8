using KsmTools.Errors;
using KsmTools.Records;

namespace KsmTools.Tracing.Reading;

/// <summary>One of several traces that are read as one. It is open only while its time is being read, and then keeps only what it has to tell: a recording may be in any number of files.</summary>
/// <param name="path">The file.</param>
/// <param name="open">Opens it.</param>
/// <param name="symbols">The table that its records use.</param>
internal sealed class TimelinePart(string path, Func<string, SymbolTable, ITraceReader> open, SymbolTable symbols) : ITraceReader
{
    private ITraceReader? _reader;
    private TraceRecord[] _records = [];
    private int _next;
    private int _end;
    private bool _isOver;

    public string Path => path;

    /// <summary>Its place among the files, which its records get.</summary>
    public int Source { get; set; }

    /// <summary>Its session among those of the files, which its records get.</summary>
    public byte Stream { get; set; }

    /// <summary>Its first event, or mark where it has no event; known after <see cref="Look"/>, unless it has neither and has ended.</summary>
    public TraceRecord First { get; private set; }

    /// <summary>Whether nothing comes any more.</summary>
    public bool HasEnded { get; private set; }

    /// <summary>The time of the next record; of a mark of lost events, that of the record behind it.</summary>
    public long NextTime { get; private set; }

    public TraceFormat Format { get; private set; }

    public string? Kernel { get; private set; }

    public SymbolTable Symbols => symbols;

    public long Position { get; private set; }

    public long? Length { get; private set; }

    public bool IsApproximate { get; private set; }

    public long OtherEvents { get; private set; }

    public long FilteredEvents { get; private set; }

    public long UnreadableEvents { get; private set; }

    public string? FirstUnreadableEvent { get; private set; }

    public KsmToolsException? Failure { get; private set; }

    /// <summary>Finds out how it begins, and closes it again.</summary>
    public void Look(CancellationToken cancellationToken)
    {
        try
        {
            Fill(cancellationToken);
            if (!HasEnded)
            {
                First = _records[Array.FindIndex(_records, 0, _end, record => record.Kind != TraceRecordKind.Lost) is var timed and >= 0 ? timed : 0];
                Position = 0;
            }
        }
        finally
        {
            Dispose();
            _isOver = HasEnded;
        }
    }

    /// <summary>Waits until there is a record that has a time, or none comes any more.</summary>
    public void Fill(CancellationToken cancellationToken)
    {
        while (!HasEnded && !TryNextTime())
        {
            if (!_isOver && Read(out ReadOnlySpan<TraceRecord> records, cancellationToken))
            {
                Hold(records);
                continue;
            }

            // Marks at the very end are due at once.
            HasEnded = _next == _end;
            NextTime = long.MinValue;
            return;
        }
    }

    /// <summary>Gives the next record, with the marks before it, and those after it that are not later than a time.</summary>
    /// <param name="limit">The time.</param>
    public ReadOnlySpan<TraceRecord> Take(long limit)
    {
        int first = _next;
        int end = _next;
        for (int i = _next; i < _end; i++)
        {
            if (_records[i].Kind != TraceRecordKind.Lost)
            {
                if (end > first && _records[i].Timestamp > limit)
                {
                    break;
                }

                // A mark goes with the record behind it: others may come between the one before and that one.
                end = i + 1;
            }
        }

        _next = end == first ? _end : end;
        return _records.AsSpan(first, _next - first);
    }

    public bool Read(out ReadOnlySpan<TraceRecord> records, CancellationToken cancellationToken)
    {
        records = default;
        bool any = false;
        try
        {
            _reader ??= open(path, symbols);
            any = _reader.Read(out records, cancellationToken);
            Note(_reader);
        }
        catch (KsmToolsException failure)
        {
            Failure = failure;
        }

        if (!any)
        {
            _isOver = true;
            Close();
        }

        return any;
    }

    public void Dispose()
    {
        Close();
        _records = [];
        _next = _end = 0;
    }

    private void Close()
    {
        _reader?.Dispose();
        _reader = null;
    }

    private void Note(ITraceReader reader)
    {
        (Format, Kernel, Length, Position) = (reader.Format, reader.Kernel, reader.Length, reader.Position);
        (OtherEvents, FilteredEvents, IsApproximate) = (reader.OtherEvents, reader.FilteredEvents, reader.IsApproximate);
        (UnreadableEvents, FirstUnreadableEvent, Failure) = (reader.UnreadableEvents, reader.FirstUnreadableEvent, reader.Failure);
    }

    // Behind what is left, which is nothing or marks whose record comes now.
    private void Hold(ReadOnlySpan<TraceRecord> records)
    {
        int left = _end - _next;
        if (_records.Length < left + records.Length)
        {
            TraceRecord[] wider = new TraceRecord[left + records.Length];
            _records.AsSpan(_next, left).CopyTo(wider);
            _records = wider;
        }
        else
        {
            _records.AsSpan(_next, left).CopyTo(_records);
        }

        records.CopyTo(_records.AsSpan(left));
        _next = 0;
        _end = left + records.Length;
        foreach (ref TraceRecord record in _records.AsSpan(left, records.Length))
        {
            record.Source = Source;
            record.Stream = Stream;
        }
    }

    private bool TryNextTime()
    {
        foreach (ref readonly TraceRecord record in _records.AsSpan(_next, _end - _next))
        {
            if (record.Kind != TraceRecordKind.Lost)
            {
                NextTime = record.Timestamp;
                return true;
            }
        }

        return false;
    }
}
