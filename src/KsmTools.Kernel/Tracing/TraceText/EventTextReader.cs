using KsmTools.Errors;
using KsmTools.Rmap;
using KsmTools.Tracing.RingBuffer;

namespace KsmTools.Tracing.TraceText;

/// <summary>Reads wanted events of a text trace, a block of lines at a time, with any layout of line that <see cref="ContextParser"/> knows.</summary>
internal sealed class EventTextReader : IEventReader
{
    /// <summary>Bytes that are read at once, unless told otherwise.</summary>
    public const int DefaultBlockSize = 64 * 1024;

    private readonly TraceFile _file;
    private readonly LineBlocks _blocks;
    private readonly EventBodyParser _parse;
    private readonly SymbolCache _functions;
    private readonly TextBlock _block = new();
    private EventRecord[] _records = new EventRecord[256];
    private int _count;
    private bool _hasEvents;
    private bool _hasHeader;
    private bool _ended;

    /// <param name="file">The trace; disposed with the reader.</param>
    /// <param name="symbols">Takes names that are too long to be held in place.</param>
    /// <param name="parse">Reads a wanted event.</param>
    /// <param name="blockSize">Bytes that are read at once.</param>
    /// <exception cref="KsmToolsException">It is another kind of file.</exception>
    public EventTextReader(TraceFile file, SymbolTable symbols, EventBodyParser parse, int blockSize = DefaultBlockSize)
    {
        FileMagic.Refuse(file.Path, file.Head);
        _file = file;
        _parse = parse;
        Symbols = symbols;
        _functions = new SymbolCache(symbols);
        _blocks = new LineBlocks(file, blockSize, blockSize);
    }

    public string Path => _file.Path;

    public SymbolTable Symbols { get; }

    public long Position => _file.Position;

    public long? Length => _file.Length;

    public long UnreadableEvents { get; private set; }

    public string? FirstUnreadableEvent { get; private set; }

    public KsmToolsException? Failure { get; private set; }

    public bool Read(out ReadOnlySpan<EventRecord> records, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        records = default;
        if (_ended || !_blocks.TryFill(_block))
        {
            if (!_ended && !_hasEvents && !_hasHeader)
            {
                throw TextTraceFailure.Nothing(Path);
            }

            Failure ??= _file.Failure;
            _ended = true;
            return false;
        }

        _count = 0;
        ReadOnlySpan<byte> text = _block.Text.AsSpan(0, _block.Length);
        while (!text.IsEmpty)
        {
            int end = text.IndexOf((byte)'\n');
            bool isCut = end < 0 && _block.EndsOpen;
            Take(end < 0 ? text : text[..end], isCut);
            text = end < 0 ? default : text[(end + 1)..];
        }

        records = _records.AsSpan(0, _count);
        return true;
    }

    public void Dispose() => _file.Dispose();

    private void Take(ReadOnlySpan<byte> line, bool isCut)
    {
        line = line.TrimEnd((byte)'\r');
        LineContext context = default;
        if (line.IsEmpty)
        {
            return;
        }

        // Headers, and marks of lost events.
        if (line[0] == '#' || line.StartsWith("CPU:"u8) || !ContextParser.TryParse(line, ref context))
        {
            Other(line);
            return;
        }

        if (_count == _records.Length)
        {
            Array.Resize(ref _records, _records.Length * 2);
        }

        _hasEvents = true;
        ref EventRecord record = ref _records[_count];
        LineKind kind = _parse(line[context.Body..], ref record);
        if (kind == LineKind.OtherEvent)
        {
            return;
        }

        // Without its newline nobody knows whether a last number is whole.
        if (isCut)
        {
            Failure = _file.Failure ?? TextTraceFailure.Truncated(Path);
            return;
        }

        if (kind == LineKind.Unreadable)
        {
            UnreadableEvents++;
            FirstUnreadableEvent ??= TerminalText.Quote(line);
            return;
        }

        record.Timestamp = context.Timestamp;
        record.TimeUnit = context.TimeUnit;
        record.LostCount = 0;
        record.Cpu = context.Cpu;
        record.ThreadId = context.ThreadId;
        record.Command = CommandName.From(line[..context.NameEnd].TrimStart((byte)' '), Symbols);
        record.Flags = context.Flags;
        _count++;
    }

    private void Other(ReadOnlySpan<byte> line)
    {
        RmapRecord found = default;
        switch (LineParser.Parse(line, _functions, Symbols, ref found))
        {
            case LineKind.Lost:
                _hasHeader = true;
                if (_count == _records.Length)
                {
                    Array.Resize(ref _records, _records.Length * 2);
                }

                _records[_count++] = EventRecord.Lost(found.Cpu, found.LostCount);
                break;
            case LineKind.Header:
                _hasHeader = true;
                break;
            case LineKind.Unknown when !_hasEvents:
                throw TextTraceFailure.NotRecognised(Path, line, TraceFormat.Text);
        }
    }
}
