using System.Buffers.Binary;
using System.Globalization;
using System.Text;
using KsmTools.Tracing.EventFormats;

namespace KsmTools.Tests.RingBuffer;

/// <summary>Writes sub-buffers as a kernel of any byte order, word length and sub-buffer size does.</summary>
internal sealed class SubBufferWriter(bool bigEndian, int wordSize, int pageSize)
{
    public const int StartId = 336;
    public const int EndId = 335;

    private readonly List<byte> _data = [];
    private ulong _time;
    private ulong _pageTime;
    private bool _begun;

    public bool IsBigEndian => bigEndian;

    public int PageSize => pageSize;

    public int HeaderLength => 8 + wordSize;

    /// <summary>Bits 31 and 30 of the commit word.</summary>
    public uint Flags { get; set; }

    /// <summary>A number of lost events to store after the data.</summary>
    public ulong? Missed { get; set; }

    public byte[] HeaderPage() => Encoding.ASCII.GetBytes(string.Create(
        CultureInfo.InvariantCulture,
        $"\tfield: u64 timestamp;\toffset:0;\tsize:8;\tsigned:0;\n\tfield: local_t commit;\toffset:8;\tsize:{wordSize};\tsigned:1;\n\tfield: int overwrite;\toffset:8;\tsize:1;\tsigned:1;\n\tfield: char data;\toffset:{HeaderLength};\tsize:{pageSize - HeaderLength};\tsigned:0;\n"));

    public static byte[] HeaderEvent() => "# compressed entry header\n\ttype_len    :    5 bits\n\ttime_delta  :   27 bits\n\tarray       :   32 bits\n\n\tpadding     : type == 29\n\ttime_extend : type == 30\n\ttime_stamp : type == 31\n\tdata max type_len  == 28\n"u8.ToArray();

    public byte[] Format(string name, int id, bool relative = false)
    {
        string location = relative ? "__rel_loc" : "__data_loc";
        return Encoding.ASCII.GetBytes(string.Create(
            CultureInfo.InvariantCulture,
            $"name: {name}\nID: {id}\nformat:\n\tfield:unsigned short common_type;\toffset:0;\tsize:2;\tsigned:0;\n\tfield:unsigned char common_flags;\toffset:2;\tsize:1;\tsigned:0;\n\tfield:unsigned char common_preempt_count;\toffset:3;\tsize:1;\tsigned:0;\n\tfield:int common_pid;\toffset:4;\tsize:4;\tsigned:1;\n\n\tfield:unsigned long folio_addr;\toffset:8;\tsize:{wordSize};\tsigned:0;\n\tfield:unsigned long rwc_addr;\toffset:{8 + wordSize};\tsize:{wordSize};\tsigned:0;\n\tfield:{location} char[] page_type;\toffset:{8 + (2 * wordSize)};\tsize:4;\tsigned:0;\n\tfield:bool locked;\toffset:{12 + (2 * wordSize)};\tsize:1;\tsigned:0;\n\tfield:struct new_thing later[3];\toffset:{13 + (2 * wordSize)};\tsize:3;\tsigned:0; colour:blue;\n\nprint fmt: \"folio=%p\", REC->folio_addr\n"));
    }

    public byte[] Record(int id, int thread, ulong folio, ulong rwc, string type, bool locked, bool relative = false)
    {
        int fixedLength = 16 + (2 * wordSize);
        byte[] text = [.. Encoding.ASCII.GetBytes(type), 0];
        byte[] record = new byte[(fixedLength + text.Length + 3) / 4 * 4];
        Put16(record.AsSpan(0), (ushort)id);
        record[2] = 1;
        record[3] = 2;
        Put32(record.AsSpan(4), (uint)thread);
        PutWord(record.AsSpan(8), folio);
        PutWord(record.AsSpan(8 + wordSize), rwc);
        int location = 8 + (2 * wordSize);
        Put32(record.AsSpan(location), ((uint)text.Length << 16) | (uint)(relative ? fixedLength - location - 4 : fixedLength));
        record[location + 4] = locked ? (byte)1 : (byte)0;
        text.CopyTo(record, fixedLength);
        return record;
    }

    /// <summary>An event at a time; time extensions are written where 27 bits do not reach.</summary>
    public SubBufferWriter Event(ulong time, byte[] record, bool longForm = false)
    {
        uint delta = Delta(time);
        bool words = !longForm && record.Length <= 28 * 4;
        Header(words ? (uint)record.Length / 4 : 0, delta);
        if (!words)
        {
            Word((uint)record.Length + 4);
        }

        _data.AddRange(record);
        return this;
    }

    public SubBufferWriter Absolute(ulong time)
    {
        Begin(time);
        Header(EventHeader.TimeStamp, (uint)(time & ((1 << 27) - 1)));
        Word((uint)((time & ((1UL << 59) - 1)) >> 27));
        _time = time;
        return this;
    }

    /// <summary>An event that was discarded after it was written.</summary>
    public SubBufferWriter Discarded(ulong time, int length)
    {
        uint delta = Delta(time);
        Header(EventHeader.Padding, Math.Max(1, delta));
        Word((uint)length);
        _data.AddRange(new byte[length - 4]);
        return this;
    }

    /// <summary>Padding to the end of the sub-buffer.</summary>
    public SubBufferWriter Rest()
    {
        Header(EventHeader.Padding, 0);
        return this;
    }

    public SubBufferWriter Raw(params uint[] words)
    {
        foreach (uint word in words)
        {
            Word(word);
        }

        return this;
    }

    public int Length => _data.Count;

    /// <summary>The sub-buffer as it is in the file; the next one begins empty.</summary>
    public byte[] Page(int? commit = null)
    {
        byte[] page = new byte[pageSize];
        Put64(page, _pageTime);
        uint word = (uint)(commit ?? _data.Count) | Flags;
        PutWord(page.AsSpan(8), word);
        _data.CopyTo(page, HeaderLength);
        if (Missed is { } missed)
        {
            PutWord(page.AsSpan(HeaderLength + _data.Count), missed);
        }

        _data.Clear();
        _begun = false;
        Flags = 0;
        Missed = null;
        return page;
    }

    public uint Split(uint type, uint delta) => bigEndian ? (type << 27) | delta : type | (delta << 5);

    private void Begin(ulong time)
    {
        if (!_begun)
        {
            _begun = true;
            _pageTime = time;
            _time = time;
        }
    }

    private uint Delta(ulong time)
    {
        Begin(time);
        ulong delta = time - _time;
        _time = time;
        if (delta < 1 << 27)
        {
            return (uint)delta;
        }

        Header(EventHeader.TimeExtend, (uint)(delta & ((1 << 27) - 1)));
        Word((uint)(delta >> 27));
        return 0;
    }

    private void Header(uint type, uint delta) => Word(Split(type, delta));

    private void Word(uint value)
    {
        byte[] word = new byte[4];
        Put32(word, value);
        _data.AddRange(word);
    }

    private void PutWord(Span<byte> at, ulong value)
    {
        if (wordSize == 8)
        {
            Put64(at, value);
        }
        else
        {
            Put32(at, (uint)value);
        }
    }

    public void Put16(Span<byte> at, ushort value)
    {
        if (bigEndian)
        {
            BinaryPrimitives.WriteUInt16BigEndian(at, value);
        }
        else
        {
            BinaryPrimitives.WriteUInt16LittleEndian(at, value);
        }
    }

    public void Put32(Span<byte> at, uint value)
    {
        if (bigEndian)
        {
            BinaryPrimitives.WriteUInt32BigEndian(at, value);
        }
        else
        {
            BinaryPrimitives.WriteUInt32LittleEndian(at, value);
        }
    }

    public void Put64(Span<byte> at, ulong value)
    {
        if (bigEndian)
        {
            BinaryPrimitives.WriteUInt64BigEndian(at, value);
        }
        else
        {
            BinaryPrimitives.WriteUInt64LittleEndian(at, value);
        }
    }
}
