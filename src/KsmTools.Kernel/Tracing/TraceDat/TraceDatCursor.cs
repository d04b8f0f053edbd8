using System.Text;
using KsmTools.Files;
using KsmTools.Tracing.TraceFiles;

namespace KsmTools.Tracing.TraceDat;

/// <summary>
/// Reads numbers, strings and blocks one after the other, from a stretch of a file or from a section that was unpacked. Nothing is
/// read or allocated beyond the stretch; what reaches beyond it is corrupt, or cut off where the stretch is all that is left of the file.
/// </summary>
internal sealed class TraceDatCursor
{
    private const int BufferSize = 64 << 10;
    private const int LongestString = 4096;

    private readonly BinaryFile? _file;
    private readonly string _path;
    private readonly ByteOrder _order;
    private readonly string? _section;
    private readonly long _limit;
    private readonly bool _limitIsFileEnd;
    private byte[] _buffer;
    private long _bufferStart;
    private int _buffered;

    /// <summary>Reads a stretch of the file.</summary>
    public TraceDatCursor(BinaryFile file, ByteOrder order, long start, long size)
    {
        _file = file;
        _path = file.Path;
        _order = order;
        Position = start;
        _limit = size > file.Length - start ? file.Length : start + size;
        _limitIsFileEnd = size >= file.Length - start;
        _buffer = [];
    }

    /// <summary>Reads a section that is in memory.</summary>
    public TraceDatCursor(string path, ByteOrder order, byte[] section, string name)
    {
        _path = path;
        _order = order;
        _section = name;
        _limit = section.Length;
        _buffer = section;
        _buffered = section.Length;
    }

    public long Position { get; private set; }

    public long Left => _limit - Position;

    /// <summary>Where it is, for people.</summary>
    public string Place => _section is null
        ? Errors.Text.Format(Messages.PlaceInFile, Position)
        : Errors.Text.Format(Messages.PlaceInSection, Position, _section);

    public ushort UInt16() => _order.UInt16(Span(2));

    public uint UInt32() => _order.UInt32(Span(4));

    public ulong UInt64() => _order.UInt64(Span(8));

    /// <summary>A 64-bit number that must be an offset or a size of this file.</summary>
    public long Offset() => UInt64() is var value && value <= long.MaxValue / 2 ? (long)value : throw Corrupt(Messages.ReasonNumberTooLarge);

    /// <summary>A string that ends with NUL.</summary>
    public string Text()
    {
        int wanted = (int)Math.Min(LongestString, Left);
        ReadOnlySpan<byte> text = Peek(wanted);
        int end = text.IndexOf((byte)0);
        if (end < 0)
        {
            throw wanted < LongestString ? Beyond(wanted + 1) : Corrupt(Messages.ReasonStringTooLong);
        }

        Position += end + 1;
        return Encoding.UTF8.GetString(text[..end]);
    }

    /// <summary>A number of bytes; valid until the next read.</summary>
    public ReadOnlySpan<byte> Span(long count)
    {
        ReadOnlySpan<byte> bytes = Peek(count);
        Position += count;
        return bytes;
    }

    /// <summary>Passes over bytes.</summary>
    public void Skip(long count)
    {
        if ((ulong)count > (ulong)Left)
        {
            throw Beyond(count);
        }

        Position += count;
    }

    /// <summary>Goes elsewhere in the stretch.</summary>
    public void Seek(long position)
    {
        if (position < 0 || position > _limit)
        {
            throw _limitIsFileEnd && position >= 0 ? TraceDatFailure.Truncated(_path, position, _limit) : Corrupt(Messages.ReasonOutsideSection);
        }

        Position = position;
    }

    public Errors.KsmToolsException Corrupt(string reason) => TraceDatFailure.Corrupt(_path, Place, reason);

    private ReadOnlySpan<byte> Peek(long count)
    {
        if ((ulong)count > (ulong)Left || count > Array.MaxLength)
        {
            throw Beyond(count);
        }

        if (Position < _bufferStart || Position + count > _bufferStart + _buffered)
        {
            if (_buffer.Length < count || _buffer.Length == 0)
            {
                _buffer = GC.AllocateUninitializedArray<byte>((int)Math.Max(count, Math.Min(BufferSize, Left)));
            }

            _bufferStart = Position;
            _buffered = _file!.ReadAt(Position, _buffer.AsSpan(0, (int)Math.Min(_buffer.Length, Left)));
            if (_buffered < count)
            {
                throw TraceDatFailure.Truncated(_path, Position + count, _limit);
            }
        }

        return _buffer.AsSpan((int)(Position - _bufferStart), (int)count);
    }

    private Errors.KsmToolsException Beyond(long count) => _limitIsFileEnd
        ? TraceDatFailure.Truncated(_path, count > long.MaxValue - Position ? long.MaxValue : Position + count, _limit)
        : Corrupt(Messages.ReasonOutsideSection);
}
