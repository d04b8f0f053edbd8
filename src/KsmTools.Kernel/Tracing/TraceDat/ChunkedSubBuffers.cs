using System.Buffers.Binary;
using KsmTools.Errors;
using KsmTools.Tracing.RingBuffer;

namespace KsmTools.Tracing.TraceDat;

/// <summary>
/// Sub-buffers of one CPU in compressed chunks: a number of chunks, then for each its packed and its unpacked size and its data. One chunk is
/// unpacked at a time, into the same memory.
/// </summary>
internal sealed class ChunkedSubBuffers : SubBufferSource
{
    // trace-cmd packs ten pages at a time; more than this nobody writes.
    private const int LargestChunk = 4 << 20;
    private const int CountLength = 4;
    private const int ChunkHeader = 8;

    private readonly BinaryFile _file;
    private readonly TraceDatHeader _header;
    private readonly int _cpu;
    private readonly int _pageSize;
    private readonly long _end;
    private readonly IUnpacker _unpacker;
    private long _position;
    private long _chunks = -1;
    private long _chunkAt;
    private byte[] _packed = [];
    private byte[] _unpacked = [];
    private int _filled;
    private int _start;
    private int _length;

    public ChunkedSubBuffers(BinaryFile file, TraceDatHeader header, TraceDatArea area, int pageSize, IUnpacker unpacker)
    {
        _file = file;
        _header = header;
        _cpu = area.Cpu;
        _pageSize = pageSize;
        _position = area.Offset;

        // trace-cmd leaves the number of chunks out of the size that it writes down.
        _end = area.Offset + CountLength + area.Size;
        _unpacker = unpacker;
    }

    public override ReadOnlySpan<byte> Page => _unpacked.AsSpan(_start, _length);

    public override bool TryNext()
    {
        _start += _length;
        _length = 0;
        while (_start >= _filled)
        {
            if (!TryUnpackNext())
            {
                return false;
            }
        }

        _length = Math.Min(_pageSize, _filled - _start);
        return true;
    }

    public override string Place(int offset) => Text.Format(Messages.PlaceInChunk, _start + offset, _chunkAt);

    public override void Dispose()
    {
        _unpacker.Dispose();
        base.Dispose();
    }

    private bool TryUnpackNext()
    {
        if (_chunks < 0)
        {
            Span<byte> count = stackalloc byte[CountLength];
            if (!TryRead(count))
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
        _chunkAt = _position;
        if (_end - _position < ChunkHeader)
        {
            return Fail(Messages.ReasonOutsideSection);
        }

        Span<byte> sizes = stackalloc byte[ChunkHeader];
        if (!TryRead(sizes))
        {
            return false;
        }

        long packed = Number(sizes);
        long unpacked = Number(sizes[4..]);
        if (packed > _end - _position || packed > LargestChunk * 2 || unpacked > Math.Max(LargestChunk, _pageSize))
        {
            return Fail(packed > _end - _position ? Messages.ReasonOutsideSection : Messages.ReasonUnpackedSize);
        }

        // A sub-buffer never lies across two chunks.
        if (unpacked % _pageSize != 0 && _chunks > 0)
        {
            return Fail(Messages.ReasonUnpackedSize);
        }

        Grow(ref _packed, (int)packed);
        Grow(ref _unpacked, (int)unpacked);
        if (!TryRead(_packed.AsSpan(0, (int)packed)))
        {
            return false;
        }

        if (!_unpacker.TryUnpack(_packed.AsSpan(0, (int)packed), _unpacked.AsSpan(0, (int)unpacked)))
        {
            return Fail(Messages.ReasonUnpack);
        }

        _start = 0;
        _filled = (int)unpacked;
        return true;
    }

    private bool TryRead(Span<byte> buffer)
    {
        int count = _file.ReadAt(_position, buffer);
        _position += count;
        BytesRead += count;
        if (count < buffer.Length)
        {
            Failure = RingBufferFailure.Truncated(_file.Path, Text.Format(Messages.PlaceInFile, _file.Length), _cpu);
        }

        return count == buffer.Length;
    }

    private bool Fail(string reason)
    {
        Failure = RingBufferFailure.Corrupt(_file.Path, Text.Format(Messages.PlaceInFile, _position), reason, _cpu);
        return false;
    }

    private uint Number(ReadOnlySpan<byte> word) =>
        _header.IsBigEndian ? BinaryPrimitives.ReadUInt32BigEndian(word) : BinaryPrimitives.ReadUInt32LittleEndian(word);

    private static void Grow(ref byte[] buffer, int size)
    {
        if (buffer.Length < size)
        {
            buffer = GC.AllocateUninitializedArray<byte>(size);
        }
    }
}
