using System.Buffers.Binary;
using System.Globalization;
using System.Text;

namespace KsmTools.Benchmarks;

/// <summary>
/// Writes a perf.data file as <c>perf record -a -e 'rmap:*'</c> makes it, and what perf script prints for it: walks of several threads on four CPUs, each
/// CPU's events of a round after the other's.
/// </summary>
internal sealed class PerfDataGenerator
{
    private const int Cpus = 4;
    private const int WalksOfRound = 2000;
    private const int HeaderLength = 104, AttributeLength = 128, SampleLength = 104, RawLength = 44, RawOffset = 60;
    private const ushort StartId = 336, EndId = 335;
    private const uint SampleType = 0x10587;

    private static readonly string[] Commands = ["rmaplab", "kcompactd0", "kswapd0", "Web Content"];
    private static readonly string[] Types = ["ksm", "anon", "anon", "file"];

    private readonly byte[] _sample = new byte[SampleLength];
    private readonly Random _random = new(1);
    private readonly List<(long Time, string Line)> _lines = [];

    /// <summary>Writes both.</summary>
    /// <param name="data">The perf.data file.</param>
    /// <param name="text">The text.</param>
    /// <param name="events">How many events.</param>
    public void Write(string data, string text, int events)
    {
        using FileStream file = File.Create(data);
        using var buffered = new BufferedStream(file, 1 << 20);
        using var lines = new StreamWriter(text, append: false, new UTF8Encoding(false), 1 << 20);
        ulong[] ids = [1, 2];
        int attributesAt = HeaderLength + (ids.Length * 8);
        int dataAt = attributesAt + (2 * (AttributeLength + 16));
        buffered.Write(new byte[HeaderLength]);
        foreach (ulong id in ids)
        {
            U64(buffered, id);
        }

        for (int i = 0; i < ids.Length; i++)
        {
            byte[] attribute = new byte[AttributeLength];
            BinaryPrimitives.WriteUInt32LittleEndian(attribute, 2);
            BinaryPrimitives.WriteUInt32LittleEndian(attribute.AsSpan(4), AttributeLength);
            BinaryPrimitives.WriteUInt64LittleEndian(attribute.AsSpan(8), i == 0 ? StartId : EndId);
            BinaryPrimitives.WriteUInt64LittleEndian(attribute.AsSpan(16), 1);
            BinaryPrimitives.WriteUInt64LittleEndian(attribute.AsSpan(24), SampleType);
            BinaryPrimitives.WriteUInt64LittleEndian(attribute.AsSpan(40), 1 << 18);
            buffered.Write(attribute);
            U64(buffered, (ulong)(HeaderLength + (i * 8)));
            U64(buffered, 8);
        }

        long size = 0;
        foreach ((string name, int thread) in Commands.Select((name, index) => (name, 300 + index)))
        {
            size += Name(buffered, thread, name);
        }

        long time = 20_000_000_000;
        for (int written = 0; written < events; written += 2 * Cpus * WalksOfRound)
        {
            long begin = time;
            for (int cpu = 0; cpu < Cpus; cpu++)
            {
                time = begin + cpu;
                for (int walk = 0; walk < WalksOfRound; walk++)
                {
                    time = Walk(buffered, cpu, time);
                }
            }

            buffered.Write([68, 0, 0, 0, 0, 0, 8, 0]);
            size += (2L * Cpus * WalksOfRound * SampleLength) + 8;
            time = begin + (WalksOfRound * 40_000L);
            foreach ((_, string line) in _lines.OrderBy(item => item.Time))
            {
                lines.Write(line);
            }

            _lines.Clear();
        }

        byte[] formats = Formats();
        U64(buffered, (ulong)(dataAt + size + 16));
        U64(buffered, (ulong)formats.Length);
        buffered.Write(formats);
        buffered.Flush();
        file.Position = 0;
        file.Write("PERFILE2"u8);
        foreach (ulong number in (ulong[])[HeaderLength, AttributeLength + 16, (ulong)attributesAt, 2 * (AttributeLength + 16), (ulong)dataAt, (ulong)size, 0, 0, 1 << 1])
        {
            U64(file, number);
        }
    }

    private long Walk(Stream file, int cpu, long time)
    {
        int thread = 300 + cpu;
        ulong folio = 0xffffea0000000000 + ((ulong)_random.Next() << 6);
        string type = Types[_random.Next(Types.Length)];
        time += _random.Next(1000, 9000);
        Sample(file, start: true, time, cpu, thread, folio, type);
        time += _random.Next(1000, 9000);
        Sample(file, start: false, time, cpu, thread, folio, type);
        return time;
    }

    private void Sample(Stream file, bool start, long time, int cpu, int thread, ulong folio, string type)
    {
        const ulong Rwc = 0xffff888003f1bba8;
        Span<byte> sample = _sample;
        sample.Clear();
        BinaryPrimitives.WriteUInt32LittleEndian(sample, 9);
        BinaryPrimitives.WriteUInt16LittleEndian(sample[6..], SampleLength);
        BinaryPrimitives.WriteUInt64LittleEndian(sample[8..], start ? 1u : 2u);
        BinaryPrimitives.WriteUInt64LittleEndian(sample[16..], 0xffffffff812640c1);
        BinaryPrimitives.WriteInt32LittleEndian(sample[24..], thread);
        BinaryPrimitives.WriteInt32LittleEndian(sample[28..], thread);
        BinaryPrimitives.WriteInt64LittleEndian(sample[32..], time);
        BinaryPrimitives.WriteInt32LittleEndian(sample[40..], cpu);
        BinaryPrimitives.WriteUInt64LittleEndian(sample[48..], 1);
        BinaryPrimitives.WriteInt32LittleEndian(sample[56..], RawLength);
        Span<byte> raw = sample[RawOffset..];
        BinaryPrimitives.WriteUInt16LittleEndian(raw, start ? StartId : EndId);
        BinaryPrimitives.WriteInt32LittleEndian(raw[4..], thread);
        BinaryPrimitives.WriteUInt64LittleEndian(raw[8..], folio);
        BinaryPrimitives.WriteUInt64LittleEndian(raw[16..], Rwc);
        BinaryPrimitives.WriteUInt32LittleEndian(raw[24..], ((uint)(type.Length + 1) << 16) | 32);
        Encoding.ASCII.GetBytes(type, raw[32..]);
        file.Write(_sample);
        string name = start ? "rmap:rmap_walk_start" : "  rmap:rmap_walk_end";
        string when = string.Create(CultureInfo.InvariantCulture, $"{time / 1_000_000_000}.{time / 1000 % 1_000_000:000000}");
        _lines.Add((time, string.Create(
            CultureInfo.InvariantCulture,
            $"{Commands[cpu],16} {thread,5} [{cpu:000}] {when,12}: {name}: folio=0x{folio:x} rwc=0x{Rwc:x} page_type={type} locked=false\n")));
    }

    private static int Name(Stream file, int thread, string name)
    {
        byte[] record = new byte[32 + (5 * 8)];
        BinaryPrimitives.WriteUInt32LittleEndian(record, 3);
        BinaryPrimitives.WriteUInt16LittleEndian(record.AsSpan(6), (ushort)record.Length);
        BinaryPrimitives.WriteInt32LittleEndian(record.AsSpan(8), thread);
        BinaryPrimitives.WriteInt32LittleEndian(record.AsSpan(12), thread);
        Encoding.ASCII.GetBytes(name, record.AsSpan(16));
        file.Write(record);
        return record.Length;
    }

    private static byte[] Formats()
    {
        const string Page = "\tfield: u64 timestamp;\toffset:0;\tsize:8;\tsigned:0;\n\tfield: local_t commit;\toffset:8;\tsize:8;\tsigned:1;\n\tfield: int overwrite;\toffset:8;\tsize:1;\tsigned:1;\n\tfield: char data;\toffset:16;\tsize:4080;\tsigned:0;\n";
        const string Header = "# compressed entry header\n\ttype_len    :    5 bits\n\ttime_delta  :   27 bits\n\tarray       :   32 bits\n\n\tpadding     : type == 29\n\ttime_extend : type == 30\n\ttime_stamp : type == 31\n\tdata max type_len  == 28\n";
        var formats = new MemoryStream();
        formats.Write([23, 8, 68]);
        formats.Write("tracing0.6\0\0\b\0\u0010\0\0"u8);
        Block("header_page\0", Page);
        Block("header_event\0", Header);
        formats.Write(new byte[4]);
        formats.Write([1, 0, 0, 0]);
        formats.Write("rmap\0"u8);
        formats.Write([2, 0, 0, 0]);
        Block("", Format("rmap_walk_start", StartId));
        Block("", Format("rmap_walk_end", EndId));
        formats.Write(new byte[16]);
        return formats.ToArray();

        void Block(string name, string text)
        {
            formats.Write(Encoding.ASCII.GetBytes(name));
            U64(formats, (ulong)text.Length);
            formats.Write(Encoding.ASCII.GetBytes(text));
        }
    }

    private static string Format(string name, int id) =>
        $"name: {name}\nID: {id.ToString(CultureInfo.InvariantCulture)}\nformat:\n\tfield:unsigned short common_type;\toffset:0;\tsize:2;\tsigned:0;\n\tfield:unsigned char common_flags;\toffset:2;\tsize:1;\tsigned:0;\n\tfield:unsigned char common_preempt_count;\toffset:3;\tsize:1;\tsigned:0;\n\tfield:int common_pid;\toffset:4;\tsize:4;\tsigned:1;\n\n\tfield:unsigned long folio_addr;\toffset:8;\tsize:8;\tsigned:0;\n\tfield:unsigned long rwc_addr;\toffset:16;\tsize:8;\tsigned:0;\n\tfield:__data_loc char[] page_type;\toffset:24;\tsize:4;\tsigned:0;\n\tfield:bool locked;\toffset:28;\tsize:1;\tsigned:0;\n\nprint fmt: \"folio=%p rwc=%p page_type=%s locked=%s\", (void *)REC->folio_addr, (void *)REC->rwc_addr, __get_str(page_type), REC->locked ? \"true\" : \"false\"\n";

    private static void U64(Stream stream, ulong value)
    {
        Span<byte> bytes = stackalloc byte[8];
        BinaryPrimitives.WriteUInt64LittleEndian(bytes, value);
        stream.Write(bytes);
    }
}
