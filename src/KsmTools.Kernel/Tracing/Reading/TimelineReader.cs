using KsmTools.Errors;
using KsmTools.Records;

namespace KsmTools.Tracing.Reading;

/// <summary>
/// Reads several traces of one clock as one, in the order of time: what began in one file may end in another. A file that cannot be read ends early
/// (<see cref="ITraceReader.Parts"/> say why), and the others go on.
/// </summary>
internal sealed class TimelineReader : ITraceReader
{
    private readonly TimelinePart[] _parts;
    private readonly Queue<TimelinePart> _waiting;
    private readonly List<TimelinePart> _open = [];

    /// <param name="parts">The files, at least one, each of which was looked at.</param>
    /// <param name="symbols">The table that all of them use.</param>
    public TimelineReader(IReadOnlyList<TimelinePart> parts, SymbolTable symbols)
    {
        _parts = [.. parts];
        for (int source = 0; source < _parts.Length; source++)
        {
            _parts[source].Source = source;
        }

        _waiting = new Queue<TimelinePart>(_parts.Where(part => !part.HasEnded).OrderBy(part => part.First.Timestamp));
        Symbols = symbols;
        Path = _parts[0].Path;
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

    public long FilteredEvents => _parts.Sum(part => part.FilteredEvents);

    public long UnreadableEvents => _parts.Sum(part => part.UnreadableEvents);

    public string? FirstUnreadableEvent => Array.Find(_parts, part => part.UnreadableEvents > 0)?.FirstUnreadableEvent;

    public KsmToolsException? Failure => Array.Find(_parts, part => part.Failure is not null)?.Failure;

    public bool Read(out ReadOnlySpan<TraceRecord> records, CancellationToken cancellationToken)
    {
        records = default;
        Fill(cancellationToken);
        int place = Earliest();
        while (_waiting.TryPeek(out TimelinePart? next) && (place < 0 || next.First.Timestamp <= _open[place].NextTime))
        {
            _open.Add(_waiting.Dequeue());
            Fill(cancellationToken);
            place = Earliest();
        }

        if (place < 0)
        {
            return false;
        }

        long limit = _waiting.TryPeek(out TimelinePart? later) ? later.First.Timestamp : long.MaxValue;
        for (int i = 0; i < _open.Count; i++)
        {
            if (i != place)
            {
                limit = Math.Min(limit, i < place && _open[i].NextTime > long.MinValue ? _open[i].NextTime - 1 : _open[i].NextTime);
            }
        }

        TimelinePart first = _open[place];
        records = first.Take(limit);
        Path = first.Path;
        return true;
    }

    public void Dispose()
    {
        foreach (TimelinePart part in _parts)
        {
            part.Dispose();
        }
    }

    // Of one time, the file that began first comes first; they are in that order.
    private int Earliest()
    {
        int place = _open.Count - 1;
        for (int i = place - 1; i >= 0; i--)
        {
            place = _open[i].NextTime <= _open[place].NextTime ? i : place;
        }

        return place;
    }

    private void Fill(CancellationToken cancellationToken)
    {
        for (int i = _open.Count - 1; i >= 0; i--)
        {
            _open[i].Fill(cancellationToken);
            if (_open[i].HasEnded)
            {
                _open[i].Dispose();
                _open.RemoveAt(i);
            }
        }
    }
}
