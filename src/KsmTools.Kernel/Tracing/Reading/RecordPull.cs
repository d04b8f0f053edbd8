using KsmTools.Records;

namespace KsmTools.Tracing.Reading;

/// <summary>
/// Pulls records batch by batch. Of a large file a helper decodes a little ahead while the caller works on what it has; a source that may wait for somebody else is
/// always read by a helper, for whoever wants to stop must not wait for it.
/// </summary>
/// <param name="source">Where records come from.</param>
/// <param name="length">Bytes of the file; null where that is not known.</param>
/// <param name="mayWait">Whether a read may wait for somebody else, as of a pipe.</param>
internal sealed class RecordPull(IRecordBatches source, long? length, bool mayWait = false) : IDisposable
{
    private const int BatchSize = 1024;

    // Each hand-over to another thread costs microseconds; events are a tenth of that each.
    private const int AheadBatchSize = 8192;

    // Below this a thread costs more than it saves.
    private const long LeastForHelper = 128 << 10;

    private readonly TraceRecord[] _batch = new TraceRecord[BatchSize];
    private ReadAhead? _ahead;

    /// <summary>Whether nothing is read any more; known once it is disposed of.</summary>
    public bool HasEnded => _ahead?.HasEnded ?? true;

    /// <summary>The next records; valid until the next call. It must not be called again after the last.</summary>
    /// <param name="isLast">Whether they are the last.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public ReadOnlySpan<TraceRecord> Next(out bool isLast, CancellationToken cancellationToken)
    {
        if (_ahead is null && mayWait)
        {
            _ahead = new ReadAhead(source, BatchSize, mayWait: true);
        }

        if (_ahead is not null)
        {
            return _ahead.Next(out isLast, cancellationToken);
        }

        int count = source.Fill(_batch, out isLast, cancellationToken);
        if (!isLast && length >= LeastForHelper && Environment.ProcessorCount > 1)
        {
            _ahead = new ReadAhead(source, AheadBatchSize);
        }

        return _batch.AsSpan(0, count);
    }

    public void Dispose() => _ahead?.Dispose();
}
