using KsmTools.Errors;
using KsmTools.Tracing.RingBuffer;

namespace KsmTools.Tracing.TraceDat;

/// <summary>
/// Sub-buffers of one CPU in compressed chunks. While one batch of chunks is decoded, the next is unpacked on another thread: unpacking takes
/// longer than decoding.
/// </summary>
internal sealed class ChunkedSubBuffers : SubBufferSource
{
    private readonly ChunkReader _reader;
    private readonly int _pageSize;
    private readonly Action _fill;
    private ChunkBatch _batch;
    private ChunkBatch _ahead;
    private Task? _filling;
    private int _next;
    private Chunk _chunk;
    private int _start;
    private int _length;

    /// <param name="reader">The chunks; it is taken over.</param>
    /// <param name="pageSize">Bytes of a sub-buffer.</param>
    /// <param name="batchSize">Bytes to unpack at once; one chunk where that is more. Twice that is held.</param>
    public ChunkedSubBuffers(ChunkReader reader, int pageSize, int batchSize)
    {
        _reader = reader;
        _pageSize = pageSize;
        _batch = new ChunkBatch(batchSize);
        _ahead = new ChunkBatch(batchSize);
        _fill = () => _reader.Fill(_ahead);
    }

    public override ReadOnlySpan<byte> Page => _batch.Bytes.Slice(_start, _length);

    public override bool TryNext()
    {
        _start += _length;
        _length = 0;
        while (_start >= _chunk.End)
        {
            if (_next == _batch.Chunks.Count && !TryNextBatch())
            {
                return false;
            }

            _chunk = _batch.Chunks[_next++];
            _start = _chunk.Start;
        }

        _length = Math.Min(_pageSize, _chunk.End - _start);
        return true;
    }

    public override string Place(int offset) => Text.Format(Messages.PlaceInChunk, _start - _chunk.Start + offset, _chunk.At);

    public override void Dispose()
    {
        // It uses the file and the unpacker. What it failed with would have been said with the batch, which nobody wants any more.
        _filling?.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing).GetAwaiter().GetResult();
        _reader.Dispose();
        base.Dispose();
    }

    private bool TryNextBatch()
    {
        if (!_batch.IsLast)
        {
            if (_filling is null)
            {
                _fill();
            }
            else
            {
                _filling.GetAwaiter().GetResult();
            }

            (_batch, _ahead) = (_ahead, _batch);
            BytesRead += _batch.BytesRead;
            (_next, _chunk, _start) = (0, default, 0);
            if (!_batch.IsLast)
            {
                _filling = Task.Run(_fill);
            }
        }

        if (_batch.Chunks.Count > _next)
        {
            return true;
        }

        Failure = _batch.Failure;
        return false;
    }
}
