using KsmTools.Errors;
using KsmTools.Rmap;

namespace KsmTools.Tracing.RingBuffer;

/// <summary>
/// Reads the sub-buffers of any number of CPUs as one trace, in the order of time, with memory for a few sub-buffers and records per CPU. Of a
/// large file a helper decodes a little ahead while the caller works on what it has.
/// </summary>
internal sealed class RingBufferReader : IRmapReader
{
    private const int BatchSize = 1024;

    // Each hand-over to another thread costs microseconds; events are a tenth of that each.
    private const int AheadBatchSize = 8192;

    // Below this a thread costs more than it saves.
    private const long LeastForHelper = 128 << 10;

    private readonly CpuStream<RmapRecord>[] _streams;
    private readonly StreamMerger<RmapRecord> _merger;
    private readonly KsmToolsException? _earlier;
    private readonly IDisposable? _file;
    private readonly RmapRecord[] _batch = new RmapRecord[BatchSize];
    private ReadAhead? _ahead;
    private bool _ended;

    /// <inheritdoc/>
    public string? Kernel { get; init; }

    /// <summary>Makes a reader.</summary>
    /// <param name="path">The file or folder.</param>
    /// <param name="format">What it is.</param>
    /// <param name="length">Its bytes.</param>
    /// <param name="symbols">The table that the streams' records use.</param>
    /// <param name="streams">The CPUs.</param>
    /// <param name="file">What the streams read from; disposed with the reader.</param>
    /// <param name="failure">What is already known to be missing.</param>
    public RingBufferReader(
        string path, TraceFormat format, long? length, SymbolTable symbols, IReadOnlyList<CpuStream<RmapRecord>> streams, IDisposable? file, KsmToolsException? failure)
    {
        Path = path;
        Format = format;
        Length = length;
        Symbols = symbols;
        _streams = [.. streams];
        _file = file;
        _earlier = failure;
        _merger = new StreamMerger<RmapRecord>(_streams);
    }

    public string Path { get; }

    public TraceFormat Format { get; }

    public SymbolTable Symbols { get; }

    public long? Length { get; }

    public long Position => _streams.Sum(stream => stream.Source.BytesRead);

    public long UnreadableEvents => _streams.Sum(stream => stream.Decoder.UnreadableEvents);

    public string? FirstUnreadableEvent => Array.Find(_streams, stream => stream.Decoder.FirstUnreadableEvent is not null)?.Decoder.FirstUnreadableEvent;

    public KsmToolsException? Failure { get; private set; }

    public bool Read(out ReadOnlySpan<RmapRecord> records, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        records = default;
        if (_ended)
        {
            return false;
        }

        bool isLast;
        if (_ahead is not null)
        {
            records = _ahead.Next(out isLast, cancellationToken);
        }
        else
        {
            int count = _merger.Fill(_batch, out isLast, cancellationToken);
            records = _batch.AsSpan(0, count);
            if (!isLast && Length >= LeastForHelper && Environment.ProcessorCount > 1)
            {
                _ahead = new ReadAhead(_merger, AheadBatchSize);
            }
        }

        if (isLast)
        {
            _ended = true;
            Failure = _earlier ?? Array.Find(_streams, stream => stream.Failure is not null)?.Failure;
        }

        return !isLast || !records.IsEmpty;
    }

    public void Dispose()
    {
        _ahead?.Dispose();
        foreach (CpuStream<RmapRecord> stream in _streams)
        {
            stream.Dispose();
        }

        _file?.Dispose();
    }
}
