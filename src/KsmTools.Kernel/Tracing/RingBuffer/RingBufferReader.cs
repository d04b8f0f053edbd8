using KsmTools.Errors;
using KsmTools.Records;
using KsmTools.Tracing.Reading;

namespace KsmTools.Tracing.RingBuffer;

/// <summary>
/// Reads the sub-buffers of any number of CPUs as one trace, in the order of time, with memory for a few sub-buffers and records per CPU. Of a
/// large file a helper decodes a little ahead while the caller works on what it has.
/// </summary>
internal sealed class RingBufferReader : IFormatReader
{
    private readonly CpuStreams _streams;
    private readonly RecordPull _pull;
    private readonly KsmToolsException? _earlier;
    private readonly IDisposable? _file;
    private bool _ended;
    private bool _isRead;

    /// <inheritdoc/>
    public string? Kernel { get; init; }

    /// <inheritdoc/>
    public string? Machine { get; init; }

    /// <inheritdoc/>
    public (string Clock, string Recording)? Origin { get; init; }

    public uint Kinds => _streams.Kinds;

    public long OtherEvents => _streams.OtherEvents;

    /// <summary>Makes a reader.</summary>
    /// <param name="path">The file or folder.</param>
    /// <param name="format">What it is.</param>
    /// <param name="length">Its bytes.</param>
    /// <param name="symbols">The table that the streams' records use.</param>
    /// <param name="streams">The CPUs.</param>
    /// <param name="file">What the streams read from; disposed with the reader.</param>
    /// <param name="failure">What is already known to be missing.</param>
    public RingBufferReader(
        string path, TraceFormat format, long? length, SymbolTable symbols, IReadOnlyList<CpuStream> streams, IDisposable? file, KsmToolsException? failure)
    {
        Path = path;
        Format = format;
        Length = length;
        Symbols = symbols;
        _streams = new CpuStreams(streams);
        _file = file;
        _earlier = failure;
        _pull = new RecordPull(new StreamMerger(streams), length);
    }

    public string Path { get; }

    public TraceFormat Format { get; }

    public SymbolTable Symbols { get; }

    public long? Length { get; }

    public long Position => _streams.BytesRead;

    public long UnreadableEvents => _streams.UnreadableEvents;

    public string? FirstUnreadableEvent => _streams.FirstUnreadableEvent;

    public KsmToolsException? Failure { get; private set; }

    public bool Read(out ReadOnlySpan<TraceRecord> records, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        records = default;
        if (_ended)
        {
            return false;
        }

        if (_isRead)
        {
            _ended = true;
            Failure = _earlier ?? _streams.Failure;
            records = _streams.Corrections();
            return !records.IsEmpty;
        }

        records = _pull.Next(out _isRead, cancellationToken);
        return true;
    }

    public void Dispose()
    {
        _pull.Dispose();
        _streams.Dispose();
        _file?.Dispose();
    }
}
