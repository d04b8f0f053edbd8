using KsmTools.Errors;
using KsmTools.Files;
using KsmTools.Tracing.RingBuffer;
using KsmTools.Tracing.TraceFiles;

namespace KsmTools.Tracing.TraceDat;

/// <summary>
/// Unpacks one CPU's compressed chunks in their order: a number of chunks, then for each its packed and its unpacked size and its data.
/// </summary>
internal sealed class ChunkReader : IDisposable
{
    // trace-cmd packs ten pages at a time; more than this nobody writes.
    private const int LargestChunk = 4 << 20;
    private const int CountLength = 4;
    private const int ChunkHeader = 8;

    private readonly BinaryFile _file;
    private readonly ByteOrder _order;
    private readonly int _cpu;
    private readonly int _pageSize;
    private readonly long _end;
    private readonly IUnpacker _unpacker;
    private long _position;
    private long _chunks = -1;
    private byte[] _packed = [];

    public ChunkReader(BinaryFile file, ByteOrder order, TraceDatArea area, int pageSize, IUnpacker unpacker)
    {
        _file = file;
        _order = order;
        _cpu = area.Cpu;
        _pageSize = pageSize;
        _position = area.Offset;

        // trace-cmd leaves the number of chunks out of the size that it writes down.
        _end = area.Offset + CountLength + area.Size;
        _unpacker = unpacker;
    }

    /// <summary>Fills a batch with the chunks that come next.</summary>
    public void Fill(ChunkBatch batch)
    {
        batch.Clear();
        while (!batch.IsLast && batch.HasRoom)
        {
            batch.IsLast = !TryUnpackNext(batch);
        }
    }

    public void Dispose() => _unpacker.Dispose();

    private bool TryUnpackNext(ChunkBatch batch)
    {
        if (_chunks < 0)
        {
            Span<byte> count = stackalloc byte[CountLength];
            if (!TryRead(batch, count))
            {
                return false;
            }

            _chunks = Number(count);
        }

        if (_chunks == 0)
        {
            return false;
        }

        _chunks--;
        long at = _position;
        if (_end - _position < ChunkHeader)
        {
            return Fail(batch, Messages.ReasonOutsideSection);
        }

        Span<byte> sizes = stackalloc byte[ChunkHeader];
        if (!TryRead(batch, sizes))
        {
            return false;
        }

        long packed = Number(sizes);
        long unpacked = Number(sizes[4..]);
        if (packed > _end - _position || packed > LargestChunk * 2 || unpacked > Math.Max(LargestChunk, _pageSize))
        {
            return Fail(batch, packed > _end - _position ? Messages.ReasonOutsideSection : Messages.ReasonUnpackedSize);
        }

        // A sub-buffer never lies across two chunks.
        if (unpacked % _pageSize != 0 && _chunks > 0)
        {
            return Fail(batch, Messages.ReasonUnpackedSize);
        }

        if (_packed.Length < packed)
        {
            _packed = GC.AllocateUninitializedArray<byte>((int)packed);
        }

        Span<byte> data = _packed.AsSpan(0, (int)packed);
        if (!TryRead(batch, data))
        {
            return false;
        }

        if (!_unpacker.TryUnpack(data, batch.Room((int)unpacked)))
        {
            return Fail(batch, Messages.ReasonUnpack);
        }

        batch.Add(at, (int)unpacked);
        return true;
    }

    private bool TryRead(ChunkBatch batch, Span<byte> buffer)
    {
        int count = _file.ReadAt(_position, buffer);
        _position += count;
        batch.BytesRead += count;
        if (count < buffer.Length)
        {
            batch.Failure = RingBufferFailure.Truncated(_file.Path, Text.Format(Messages.PlaceInFile, _file.Length), _cpu);
        }

        return count == buffer.Length;
    }

    private bool Fail(ChunkBatch batch, string reason)
    {
        batch.Failure = RingBufferFailure.Corrupt(_file.Path, Text.Format(Messages.PlaceInFile, _position), reason, _cpu);
        return false;
    }

    private uint Number(ReadOnlySpan<byte> word) =>
        _order.UInt32(word);
}
