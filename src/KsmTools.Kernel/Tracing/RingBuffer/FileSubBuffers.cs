using KsmTools.Errors;
using KsmTools.Tracing.TraceFiles;

namespace KsmTools.Tracing.RingBuffer;

/// <summary>Sub-buffers that lie in a file one after the other, as <c>trace_pipe_raw</c> gives them.</summary>
internal sealed class FileSubBuffers : SubBufferSource
{
    private readonly BinaryFile _file;
    private readonly int _cpu;
    private readonly long _end;
    private readonly int _pageSize;
    private readonly int _bufferSize;
    private byte[] _buffer = [];
    private long _position;
    private int _buffered;
    private int _start;
    private int _length;

    /// <summary>Takes a stretch of a file.</summary>
    /// <param name="file">The file.</param>
    /// <param name="cpu">The CPU whose they are.</param>
    /// <param name="offset">Where they begin.</param>
    /// <param name="size">Bytes; the file may end before.</param>
    /// <param name="pageSize">Bytes of one.</param>
    /// <param name="bufferSize">How many bytes to read at once, at least one sub-buffer.</param>
    public FileSubBuffers(BinaryFile file, int cpu, long offset, long size, int pageSize, int bufferSize)
    {
        _file = file;
        _cpu = cpu;
        _position = offset;
        _end = offset + size;
        _pageSize = pageSize;
        _bufferSize = Math.Max(1, bufferSize / pageSize) * pageSize;
    }

    public override ReadOnlySpan<byte> Page => _buffer.AsSpan(_start, _length);

    public override bool TryNext()
    {
        _start += _length;
        _length = 0;
        if (_start >= _buffered && !TryRead())
        {
            return false;
        }

        _length = Math.Min(_pageSize, _buffered - _start);
        IsCut = _length < _pageSize && _end > _file.Length;
        return true;
    }

    public override string Place(int offset) => Text.Format(Messages.PlaceInFile, _position - _buffered + _start + offset);

    private bool TryRead()
    {
        long left = _end - _position;
        if (left <= 0)
        {
            return false;
        }

        if (_buffer.Length == 0)
        {
            _buffer = GC.AllocateUninitializedArray<byte>((int)Math.Min(_bufferSize, Math.Max(0, Math.Min(left, _file.Length - _position))));
        }

        _start = 0;
        _buffered = _file.ReadAt(_position, _buffer.AsSpan(0, (int)Math.Min(_buffer.Length, left)));
        _position += _buffered;
        BytesRead += _buffered;
        if (_buffered == 0)
        {
            Failure = RingBufferFailure.Truncated(_file.Path, Place(0), _cpu);
        }

        return _buffered > 0;
    }
}
