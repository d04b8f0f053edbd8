using KsmTools.Errors;
using KsmTools.Rmap;
using KsmTools.Tracing.RingBuffer;

namespace KsmTools.Tracing.PerfData;

/// <summary>
/// Reads what <c>perf record</c> wrote, to a file or to a pipe, of machines of any byte order, plain or with its own compression. Events are given in
/// the order of time, with names of threads as they were then. Of a large file a helper decodes a little ahead of the caller.
/// </summary>
internal sealed class PerfDataReader : IRmapReader
{
    private const int BatchSize = 1024;

    // Below this a thread costs more than it saves.
    private const long LeastForHelper = 128 << 10;

    private readonly TraceFile _trace;
    private readonly BinaryFile? _file;
    private readonly PerfDecoder _decoder;
    private readonly PerfPump? _pump;
    private readonly KsmToolsException? _earlier;
    private readonly RmapRecord[] _batch = new RmapRecord[BatchSize];
    private ReadAhead? _ahead;
    private bool _ended;

    private PerfDataReader(TraceFile trace, BinaryFile? file, PerfDecoder decoder, PerfPump? pump, KsmToolsException? failure)
    {
        _trace = trace;
        _file = file;
        _decoder = decoder;
        _pump = pump;
        _earlier = failure;
        Symbols = decoder.Symbols;
    }

    public string Path => _trace.Path;

    public TraceFormat Format => TraceFormat.PerfData;

    public string? Kernel { get; private init; }

    public SymbolTable Symbols { get; }

    public long Position => _file is null ? _trace.Position : _pump?.BytesRead ?? 0;

    public long? Length => _trace.Length;

    public long UnreadableEvents => _decoder.UnreadableEvents;

    public string? FirstUnreadableEvent => _decoder.FirstUnreadableEvent;

    public KsmToolsException? Failure { get; private set; }

    /// <summary>Opens a file. The reader takes it over.</summary>
    /// <exception cref="KsmToolsException">It is no such file, or it contradicts itself.</exception>
    public static IRmapReader Open(TraceFile trace, SymbolTable symbols)
    {
        const int Magic = 8;
        Span<byte> head = stackalloc byte[PerfDataHeader.PipeLength];
        int length = 0;
        while (length < head.Length && trace.Read(head[length..]) is > 0 and var count)
        {
            length += count;
        }

        head = head[..length];
        if (!FileMagic.IsPerfData(head))
        {
            throw FileMagic.IsOldPerfData(head)
                ? PerfDataFailure.NotRecognised(trace.Path, Messages.PerfDataOld, Messages.PerfDataOldAction)
                : PerfDataFailure.NotRecognised(trace.Path, Messages.TraceIsNoPerfData, Messages.TraceIsNoPerfDataAction);
        }

        PerfDecoder decoder = FileMagic.IsBigEndianPerfData(head)
            ? new PerfDecoder<BigEndian>(trace.Path, symbols)
            : new PerfDecoder<LittleEndian>(trace.Path, symbols);
        if (length < PerfDataHeader.PipeLength)
        {
            return new PerfDataReader(trace, null, decoder, null, trace.Failure ?? PerfDataFailure.Cut(trace.Path, 0));
        }

        if (decoder.UInt64(head, Magic) == PerfDataHeader.PipeLength)
        {
            return new PerfDataReader(trace, null, decoder, new PerfPump(trace.Path, new PerfStreamBytes(trace, length), decoder), null);
        }

        if (!trace.IsSeekable || trace.IsCompressed)
        {
            throw PerfDataFailure.NotRecognised(trace.Path, Messages.PerfDataNeedsFile, Messages.PerfDataNeedsFileAction);
        }

        BinaryFile file = trace.AsBinary();
        var header = PerfDataHeader.Read(file, decoder);
        var pump = header.HasData
            ? new PerfPump(trace.Path, new PerfSectionBytes(file, (long)header.Data.Offset, header.Data.End), decoder)
            : null;
        return new PerfDataReader(trace, file, decoder, pump, header.Failure) { Kernel = header.Kernel };
    }

    public bool Read(out ReadOnlySpan<RmapRecord> records, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        records = default;
        if (_ended)
        {
            return false;
        }

        bool isLast = true;
        if (_pump is not null)
        {
            // A read of a pipe may wait for long, and must not be waited for by who wants to stop: a helper does it.
            if (_ahead is null && !_trace.IsSeekable)
            {
                _ahead = new ReadAhead(_pump, BatchSize, mayWait: true);
            }

            if (_ahead is not null)
            {
                records = _ahead.Next(out isLast, cancellationToken);
            }
            else
            {
                int count = _pump.Fill(_batch, out isLast, cancellationToken);
                records = _batch.AsSpan(0, count);
                if (!isLast && Length >= LeastForHelper && Environment.ProcessorCount > 1)
                {
                    _ahead = new ReadAhead(_pump, BatchSize);
                }
            }
        }

        if (isLast)
        {
            _ended = true;
            Failure = _pump?.Failure ?? _earlier;
        }

        return !isLast || !records.IsEmpty;
    }

    public void Dispose()
    {
        _ahead?.Dispose();
        if (_ahead is { HasEnded: false })
        {
            return;
        }

        _pump?.Dispose();
        _file?.Dispose();
        _trace.Dispose();
    }
}
