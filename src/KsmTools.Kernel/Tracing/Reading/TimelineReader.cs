using System.Runtime.InteropServices;
using KsmTools.Errors;
using KsmTools.Records;

namespace KsmTools.Tracing.Reading;

/// <summary>
/// Reads several traces of one clock as one, in the order of time: what began in one file may end in another, and an event that is in several files is one event. A file that cannot be read ends early
/// (<see cref="ITraceReader.Parts"/> say why), and the others go on.
/// </summary>
internal sealed class TimelineReader : ITraceReader
{
    // A clock of ticks gives many events one time.
    private const int MaximumLatest = 64;

    private readonly TimelinePart[] _parts;
    private readonly Queue<TimelinePart> _waiting;
    private readonly List<TimelinePart> _open = [];

    // The events of the latest time that was given.
    private readonly List<TraceRecord> _latest = [];

    private TimelineReader(TimelinePart[] parts, SymbolTable symbols)
    {
        _parts = parts;
        _waiting = new Queue<TimelinePart>(parts.Where(part => !part.HasEnded).OrderBy(part => part.FirstTime));
        Symbols = symbols;
        Path = parts[0].Path;
    }

    /// <summary>Opens traces.</summary>
    /// <param name="paths">The files, at least one.</param>
    /// <param name="open">Opens one of them, with the shared table.</param>
    /// <param name="symbols">The table.</param>
    /// <param name="cancellationToken">Ends the search for the files' first records.</param>
    public static TimelineReader Open(IReadOnlyList<string> paths, Func<string, ITraceReader> open, SymbolTable symbols, CancellationToken cancellationToken)
    {
        TimelinePart[] parts = [.. paths.Select((path, source) => new TimelinePart(path, source, open, symbols))];
        foreach (TimelinePart part in parts)
        {
            part.Look(cancellationToken);
        }

        return new TimelineReader(parts, symbols);
    }

    public IReadOnlyList<ITraceReader> Parts => _parts;

    /// <summary>The file whose records were given last.</summary>
    public string Path { get; private set; }

    public TraceFormat Format => _parts[0].Format;

    public string? Kernel => Array.Find(_parts, part => part.Kernel is not null)?.Kernel;

    public SymbolTable Symbols { get; }

    public long Position => _parts.Sum(part => part.Position);

    public long? Length => _parts.Sum(part => part.Length ?? 0);

    public bool IsApproximate => Array.Exists(_parts, part => part.IsApproximate);

    public long OtherEvents => _parts.Sum(part => part.OtherEvents);

    public long RepeatedEvents => _parts.Sum(part => part.RepeatedEvents);

    public long FilteredEvents => _parts.Sum(part => part.FilteredEvents);

    public long UnreadableEvents => _parts.Sum(part => part.UnreadableEvents);

    public string? FirstUnreadableEvent => Array.Find(_parts, part => part.UnreadableEvents > 0)?.FirstUnreadableEvent;

    public KsmToolsException? Failure => Array.Find(_parts, part => part.Failure is not null)?.Failure;

    public bool Read(out ReadOnlySpan<TraceRecord> records, CancellationToken cancellationToken)
    {
        records = default;
        Fill(cancellationToken);
        while (_waiting.TryPeek(out TimelinePart? next) && (_open.Count == 0 || next.FirstTime <= _open.Min(part => part.NextTime)))
        {
            _open.Add(_waiting.Dequeue());
            Fill(cancellationToken);
        }

        if (_open.Count == 0)
        {
            return false;
        }

        // Of one time, the file that was given first comes first.
        TimelinePart first = _open.MinBy(part => (part.NextTime, part.Source))!;
        long limit = _waiting.TryPeek(out TimelinePart? later) ? Until(later.FirstTime, later) : long.MaxValue;
        foreach (TimelinePart part in _open)
        {
            limit = part == first ? limit : Math.Min(limit, Until(part.NextTime, part));
        }

        records = New(first.Take(limit));
        Path = first.Path;
        return true;

        long Until(long time, TimelinePart part) => part.Source < first.Source && time > long.MinValue ? time - 1 : time;
    }

    public void Dispose()
    {
        foreach (TimelinePart part in _parts)
        {
            part.Dispose();
        }
    }

    // Only of the time that was given last can another file have given events: what is later comes after this. The mark before such an event was given with it.
    private ReadOnlySpan<TraceRecord> New(Span<TraceRecord> records)
    {
        int kept = 0;
        int next = 0;
        for (; next < records.Length && (records[next].Kind == TraceRecordKind.Lost || IsLatest(records[next])); next++)
        {
            if (records[next].Kind != TraceRecordKind.Lost && WasGiven(records[next]))
            {
                _parts[records[next].Source].RepeatedEvents++;
                kept -= kept > 0 && records[kept - 1].Kind == TraceRecordKind.Lost ? 1 : 0;
            }
            else
            {
                records[kept++] = records[next];
            }
        }

        if (kept < next)
        {
            records[next..].CopyTo(records[kept..]);
            records = records[..^(next - kept)];
        }

        Note(records);
        return records;
    }

    private void Note(ReadOnlySpan<TraceRecord> records)
    {
        bool isLast = true;
        for (int i = records.Length - 1; i >= 0; i--)
        {
            if (records[i].Kind == TraceRecordKind.Lost)
            {
                continue;
            }

            if (isLast && !IsLatest(records[i]))
            {
                _latest.Clear();
            }
            else if (!isLast && (!IsLatest(records[i]) || _latest.Count >= MaximumLatest))
            {
                return;
            }

            isLast = false;
            _latest.Add(records[i]);
        }
    }

    private bool IsLatest(in TraceRecord record) => _latest.Count > 0 && _latest[0].Timestamp == record.Timestamp;

    private bool WasGiven(in TraceRecord record)
    {
        foreach (ref readonly TraceRecord latest in CollectionsMarshal.AsSpan(_latest))
        {
            if (latest.Source != record.Source && latest == record)
            {
                return true;
            }
        }

        return false;
    }

    private void Fill(CancellationToken cancellationToken)
    {
        foreach (TimelinePart part in _open)
        {
            part.Fill(cancellationToken);
        }

        _open.RemoveAll(part => part.HasEnded);
    }
}
