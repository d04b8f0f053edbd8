using KsmTools.Errors;
using KsmTools.Rmap;

namespace KsmTools.Tracing.RingBuffer;

/// <summary>Reads the sub-buffers of any number of CPUs as one trace, in the order of time, with memory for one sub-buffer and a few records per CPU.</summary>
internal sealed class RingBufferReader : IRmapReader
{
    private const int BatchSize = 1024;

    private readonly CpuStream[] _streams;
    private readonly StreamMerger? _merger;
    private readonly RmapRecord[] _merged;
    private readonly KsmToolsException? _earlier;
    private readonly IDisposable? _file;
    private int _given;
    private bool _ended;

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
        _streams = [.. streams];
        _file = file;
        _earlier = failure;

        // One CPU's records are given out as they lie.
        _merger = _streams.Length > 1 ? new StreamMerger(_streams) : null;
        _merged = _merger is null ? [] : new RmapRecord[BatchSize];
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

        if (_merger is not null)
        {
            int count = _merger.Merge(_merged, out bool isEnded, cancellationToken);
            records = _merged.AsSpan(0, count);
            if (count > 0 || !isEnded)
            {
                return true;
            }
        }
        else if (_streams.Length == 1)
        {
            CpuStream stream = _streams[0];
            stream.Take(_given);
            _given = 0;
            if (!stream.IsEnded)
            {
                stream.Fill();
                records = stream.Records;
                _given = records.Length;
                return true;
            }
        }

        _ended = true;
        Failure = _earlier ?? Array.Find(_streams, stream => stream.Failure is not null)?.Failure;
        return false;
    }

    public void Dispose()
    {
        foreach (CpuStream stream in _streams)
        {
            stream.Dispose();
        }

        _file?.Dispose();
    }
}
