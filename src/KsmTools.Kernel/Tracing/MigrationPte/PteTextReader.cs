using System.Runtime.InteropServices;
using KsmTools.Errors;
using KsmTools.Rmap;
using KsmTools.Tracing.RingBuffer;
using KsmTools.Tracing.TraceText;

namespace KsmTools.Tracing.MigrationPte;

/// <summary>Reads walks out of a text trace of the migration tracepoints: <c>set_migration_pte: addr=7fa1, pte=f7ff order=0</c>.</summary>
internal sealed class PteTextReader : IRmapReader
{
    private readonly EventTextReader _events;
    private readonly PteRuns _runs;
    private bool _ended;

    /// <param name="file">The trace; disposed with the reader.</param>
    /// <param name="symbols">A table to share with others.</param>
    /// <param name="architecture">The traced machine's architecture.</param>
    /// <param name="blockSize">Bytes that are read at once.</param>
    public PteTextReader(TraceFile file, SymbolTable symbols, Architecture architecture, int blockSize = EventTextReader.DefaultBlockSize)
    {
        _events = new EventTextReader(file, symbols, Parse, blockSize);
        _runs = new PteRuns(symbols, architecture);
    }

    public string Path => _events.Path;

    public TraceFormat Format => TraceFormat.Text;

    public SymbolTable Symbols => _events.Symbols;

    public long Position => _events.Position;

    public long? Length => _events.Length;

    public long UnreadableEvents => _events.UnreadableEvents;

    public string? FirstUnreadableEvent => _events.FirstUnreadableEvent;

    public KsmToolsException? Failure => _events.Failure;

    public bool Read(out ReadOnlySpan<RmapRecord> records, CancellationToken cancellationToken)
    {
        records = default;
        if (_ended)
        {
            return false;
        }

        _runs.Take();
        if (_events.Read(out ReadOnlySpan<EventRecord> events, cancellationToken))
        {
            _runs.Add(events);
        }
        else
        {
            _ended = true;
            _runs.Complete();
        }

        records = _runs.Walks;
        return !_ended || !records.IsEmpty;
    }

    public void Dispose() => _events.Dispose();

    private static LineKind Parse(ReadOnlySpan<byte> body, ref EventRecord record)
    {
        int kind = body.StartsWith("set_migration_pte: "u8) ? MigrationEvents.SetKind
            : body.StartsWith("remove_migration_pte: "u8) ? MigrationEvents.RemoveKind
            : EventRecord.LostKind;
        if (kind == EventRecord.LostKind)
        {
            return LineKind.OtherEvent;
        }

        int at = body.IndexOf(" pte="u8);
        ReadOnlySpan<byte> number = at < 0 ? default : body[(at + " pte=".Length)..];
        int end = number.IndexOfAny((byte)' ', (byte)',');
        if (!Digits.TryHex(end < 0 ? number : number[..end], out ulong entry))
        {
            return LineKind.Unreadable;
        }

        record.Kind = kind;
        record.ClearValues();
        record.Set(MigrationEvents.Entry, entry);
        return LineKind.Event;
    }
}
