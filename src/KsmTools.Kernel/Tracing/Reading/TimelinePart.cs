using KsmTools.Errors;
using KsmTools.Records;

namespace KsmTools.Tracing.Reading;

/// <summary>One of several traces that are read as one. It is open only while its time is being read: a recording may be in any number of files.</summary>
/// <param name="path">The file.</param>
/// <param name="source">Its place among the files.</param>
/// <param name="open">Opens it.</param>
/// <param name="symbols">The table that its records use.</param>
internal sealed class TimelinePart(string path, int source, Func<string, ITraceReader> open, SymbolTable symbols) : ITraceReader
{
    // Once it is closed, it still tells what was in it.
    private ITraceReader? _reader;
    private bool _isOpen;
    private KsmToolsException? _failure;
    private TraceRecord[] _records = [];
    private int _next;
    private int _end;

    public string Path => path;

    /// <summary>Its place among the files.</summary>
    public int Source => source;

    /// <summary>The time of its first record; known after <see cref="Look"/>.</summary>
    public long FirstTime { get; private set; } = long.MaxValue;

    /// <summary>Whether nothing comes any more.</summary>
    public bool HasEnded { get; private set; }

    /// <summary>The time of the next record; where only a mark of lost events is known to come, that is due at once. Of a part that has records.</summary>
    public long NextTime => TimeOf(_records.AsSpan(_next, _end - _next)) ?? long.MinValue;

    public TraceFormat Format { get; private set; }

    public string? Kernel { get; private set; }

    public SymbolTable Symbols => symbols;

    public long Position => _isOpen ? _reader!.Position : HasEnded ? Length ?? 0 : 0;

    public long? Length { get; private set; }

    public bool IsApproximate => _reader?.IsApproximate == true;

    public long OtherEvents => _reader?.OtherEvents ?? 0;

    public long RepeatedEvents { get; set; }

    public long FilteredEvents => _reader?.FilteredEvents ?? 0;

    public long UnreadableEvents => _reader?.UnreadableEvents ?? 0;

    public string? FirstUnreadableEvent => _reader?.FirstUnreadableEvent;

    public KsmToolsException? Failure => _failure ?? _reader?.Failure;

    /// <summary>Finds out when it begins, and closes it again. One without any record has ended then.</summary>
    public void Look(CancellationToken cancellationToken)
    {
        while (!HasEnded && FirstTime == long.MaxValue)
        {
            if (Read(out ReadOnlySpan<TraceRecord> records, cancellationToken))
            {
                FirstTime = TimeOf(records) ?? long.MaxValue;
            }
        }

        Dispose();
        _reader = HasEnded ? _reader : null;
    }

    /// <summary>Waits until there are records, or none come any more.</summary>
    public void Fill(CancellationToken cancellationToken)
    {
        while (_next == _end && !HasEnded)
        {
            if (Read(out ReadOnlySpan<TraceRecord> records, cancellationToken))
            {
                Hold(records);
            }
            else
            {
                Dispose();
            }
        }
    }

    /// <summary>Gives the next record, and those after it that are not later than a time; they are the caller's to change.</summary>
    /// <param name="limit">The time.</param>
    public Span<TraceRecord> Take(long limit)
    {
        int first = _next++;
        while (_next < _end && (_records[_next].Kind == TraceRecordKind.Lost || _records[_next].Timestamp <= limit))
        {
            _next++;
        }

        // Events were lost right before the record that follows the mark, and others may come before that one.
        while (_next < _end && _next > first + 1 && _records[_next - 1].Kind == TraceRecordKind.Lost)
        {
            _next--;
        }

        return _records.AsSpan(first, _next - first);
    }

    public bool Read(out ReadOnlySpan<TraceRecord> records, CancellationToken cancellationToken)
    {
        records = default;
        try
        {
            if (_reader is null)
            {
                _reader = open(path);
                _isOpen = true;
            }

            HasEnded = !_reader.Read(out records, cancellationToken);
            (Format, Kernel, Length) = (_reader.Format, _reader.Kernel, _reader.Length);
        }
        catch (KsmToolsException failure)
        {
            _failure = failure;
            HasEnded = true;
        }

        return !HasEnded;
    }

    public void Dispose()
    {
        if (_isOpen)
        {
            _isOpen = false;
            _reader!.Dispose();
        }
    }

    private void Hold(ReadOnlySpan<TraceRecord> records)
    {
        if (_records.Length < records.Length)
        {
            _records = new TraceRecord[records.Length];
        }

        records.CopyTo(_records);
        _next = 0;
        _end = records.Length;
        foreach (ref TraceRecord record in _records.AsSpan(0, _end))
        {
            record.Source = source;
        }
    }

    private static long? TimeOf(ReadOnlySpan<TraceRecord> records)
    {
        foreach (ref readonly TraceRecord record in records)
        {
            if (record.Kind != TraceRecordKind.Lost)
            {
                return record.Timestamp;
            }
        }

        return null;
    }
}
