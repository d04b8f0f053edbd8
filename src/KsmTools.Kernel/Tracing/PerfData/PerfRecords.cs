using KsmTools.Files;

namespace KsmTools.Tracing.PerfData;

/// <summary>What there was to read.</summary>
internal enum PerfFraming
{
    /// <summary>A whole record.</summary>
    Record,

    /// <summary>Nothing: the bytes end after a record.</summary>
    End,

    /// <summary>The bytes end in the middle of a record.</summary>
    Cut,

    /// <summary>A record says that it is shorter than its own header.</summary>
    TooShort,
}

/// <summary>
/// Cuts bytes into records: <c>struct perf_event_header</c> (include/uapi/linux/perf_event.h) says how long each is, at most 64 KiB. Where bytes
/// come in portions, a record that is not whole yet waits for the next one.
/// </summary>
internal sealed class PerfRecords(PerfBytes bytes, ByteOrder order)
{
    public const int HeaderLength = 8;

    private const int LongestRecord = ushort.MaxValue;
    private const int BufferSize = 256 << 10;

    private byte[] _buffer = [];
    private int _start;
    private int _end;
    private int _length;

    /// <summary>The record, header and all; valid until the next one is asked for.</summary>
    public ReadOnlySpan<byte> Record => _buffer.AsSpan(_start, _length);

    /// <summary>The record's bytes, for who must hold on to them until the next one is asked for.</summary>
    public ArraySegment<byte> Segment => new(_buffer, _start, _length);

    /// <summary>Its type, <c>PERF_RECORD_...</c>.</summary>
    public uint Type { get; private set; }

    /// <summary>Its <c>misc</c> flags.</summary>
    public ushort Misc { get; private set; }

    /// <summary>Whether there are bytes that are no whole record.</summary>
    public bool IsPartial => _end - _start > _length;

    /// <summary>Where it begins in the file.</summary>
    public long Offset => bytes.Position - (_end - _start);

    /// <summary>Goes to the next record.</summary>
    public PerfFraming Next()
    {
        _start += _length;
        _length = 0;
        if (!Has(HeaderLength))
        {
            return _end == _start ? PerfFraming.End : PerfFraming.Cut;
        }

        ReadOnlySpan<byte> header = _buffer.AsSpan(_start, HeaderLength);
        Type = order.UInt32(header);
        Misc = order.UInt16(header, 4);
        int size = order.UInt16(header, 6);
        if (size < HeaderLength)
        {
            return PerfFraming.TooShort;
        }

        if (!Has(size))
        {
            return PerfFraming.Cut;
        }

        _length = size;
        return PerfFraming.Record;
    }

    /// <summary>Takes bytes that follow the record and belong to it.</summary>
    /// <param name="count">How many.</param>
    /// <returns>Those that there are; the array is no longer than they are.</returns>
    public byte[] Following(int count)
    {
        var taken = new MemoryStream();
        _start += _length;
        _length = 0;
        while (taken.Length < count && Has(1))
        {
            int portion = (int)Math.Min(count - taken.Length, _end - _start);
            taken.Write(_buffer, _start, portion);
            _start += portion;
        }

        return taken.ToArray();
    }

    /// <summary>Passes over bytes that follow the record and belong to it.</summary>
    /// <returns>Whether there were so many.</returns>
    public bool SkipFollowing(ulong count)
    {
        _start += _length;
        _length = 0;
        int here = (int)Math.Min(count, (ulong)(_end - _start));
        _start += here;
        count -= (ulong)here;
        return count == 0 || (count <= long.MaxValue && bytes.Skip((long)count) == (long)count);
    }

    private bool Has(int count)
    {
        if (_end - _start >= count)
        {
            return true;
        }

        if (_buffer.Length == 0)
        {
            _buffer = GC.AllocateUninitializedArray<byte>(BufferSize);
        }

        if (_buffer.Length - _start < LongestRecord)
        {
            _buffer.AsSpan(_start, _end - _start).CopyTo(_buffer);
            _end -= _start;
            _start = 0;
        }

        while (_end - _start < count)
        {
            int read = bytes.Read(_buffer.AsSpan(_end));
            if (read == 0)
            {
                return false;
            }

            _end += read;
        }

        return true;
    }
}
