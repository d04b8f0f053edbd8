using System.Text;
using KsmTools.Tests.RingBuffer;
using KsmTools.Tracing.PerfData;
using ZstdSharp;

namespace KsmTools.Tests.PerfData;

/// <summary>Writes what perf record writes, to a file or to a pipe, of a machine of either byte order, with any parts in its samples.</summary>
internal sealed class PerfDataWriter(SubBufferWriter machine)
{
    public const int AttributeLength = 128;

    private const uint Comm = 3, Lost = 2, Fork = 7, SampleType = 9, LostSamples = 13;
    private const uint AttributeType = 64, TracingDataType = 66, RoundType = 68, CpuMapType = 74, FeatureType = 80, CompressedType = 81, Compressed2Type = 83;

    private readonly List<byte[]> _records = [];
    private ulong _counted;
    private bool _isCompressed;

    /// <summary>What a sample has before its event's own data.</summary>
    public PerfSampleType Parts { get; set; } = PerfSampleType.Identifier | PerfSampleType.Address | PerfSampleType.Thread | PerfSampleType.Time
        | PerfSampleType.Cpu | PerfSampleType.Period | PerfSampleType.Raw;

    public PerfReadFormat ReadFormat { get; set; }

    public bool SampleIdAll { get; set; } = true;

    /// <summary>The events' ids: their format's number, and the kernel's own ids for each CPU.</summary>
    public List<(int Tracepoint, ulong[] Ids)> Attributes { get; } = [(SubBufferWriter.StartId, [100, 101]), (SubBufferWriter.EndId, [200, 201])];

    /// <summary>Whether the file says that there are parts beside it.</summary>
    public bool IsFolder { get; set; }

    /// <summary>Attributes as they are, such as a real recording's, in place of <see cref="Attributes"/>.</summary>
    public List<(byte[] Attribute, ulong[] Ids)> Raw { get; } = [];

    /// <summary>The formats; those of the machine's native tracepoints unless others are given.</summary>
    public byte[]? TracingData { get; set; }

    /// <summary>What the header says of the machine, by the number of its bit, besides the formats and the host's name.</summary>
    public Dictionary<int, byte[]> Features { get; } = [];

    public IReadOnlyList<byte[]> Records => _records;

    public PerfDataWriter Add(byte[] record)
    {
        _records.Add(record);
        return this;
    }

    /// <summary>A walk's start or end.</summary>
    public PerfDataWriter Sample(bool start, ulong time, int thread, int cpu, ulong folio, string type = "ksm")
    {
        byte[] data = machine.Record(start ? SubBufferWriter.StartId : SubBufferWriter.EndId, thread, folio, 0xfeed, type, locked: true);
        return Sample(Attributes[start ? 0 : 1].Ids[cpu], time, thread, cpu, data);
    }

    public PerfDataWriter Sample(ulong id, ulong time, int thread, int cpu, byte[] data)
    {
        var body = new List<byte>();
        Part(PerfSampleType.Identifier, () => U64(id));
        Part(PerfSampleType.Address, () => U64(0xffffffff81000000));
        Part(PerfSampleType.Thread, () => [.. U32(7), .. U32((uint)thread)]);
        Part(PerfSampleType.Time, () => U64(time));
        Part(PerfSampleType.DataAddress, () => U64(1));
        Part(PerfSampleType.Id, () => U64(id));
        Part(PerfSampleType.StreamId, () => U64(2));
        Part(PerfSampleType.Cpu, () => [.. U32((uint)cpu), .. U32(0)]);
        Part(PerfSampleType.Period, () => U64(1));
        Part(PerfSampleType.Read, () => ReadValues(id));
        Part(PerfSampleType.CallChain, () => [.. U64(3), .. U64(11), .. U64(12), .. U64(13)]);

        // The kernel pads a sample to 8 bytes inside of its raw data.
        int padded = ((data.Length + 4 + 7) / 8 * 8) - 4;
        Part(PerfSampleType.Raw, () => [.. U32((uint)padded), .. data, .. new byte[padded - data.Length]]);
        return Add(Record(SampleType, [.. body]));

        void Part(PerfSampleType part, Func<byte[]> bytes)
        {
            if ((Parts & part) != 0)
            {
                body.AddRange(bytes());
            }
        }
    }

    public PerfDataWriter Name(ulong time, int thread, string name)
    {
        byte[] text = Encoding.UTF8.GetBytes(name);
        return Add(Record(Comm, [.. U32(7), .. U32((uint)thread), .. text, .. new byte[(text.Length / 8 * 8) + 8 - text.Length], .. Trailer(time, 0)]));
    }

    public PerfDataWriter NewThread(ulong time, int thread, int parent) =>
        Add(Record(Fork, [.. U32(7), .. U32(7), .. U32((uint)thread), .. U32((uint)parent), .. U64(time), .. Trailer(time, 0)]));

    public PerfDataWriter LostRecords(ulong time, int cpu, ulong count) => Add(Record(Lost, [.. U64(100), .. U64(count), .. Trailer(time, cpu)]));

    public PerfDataWriter LostSampleCount(int cpu, ulong count, ulong id, ushort misc = 0) =>
        Add(Record(LostSamples, [.. U64(count), .. Trailer(0, cpu, id)], misc));

    /// <summary>The CPUs that were recorded: all up to one, as one of the three shapes that perf writes.</summary>
    public PerfDataWriter CpuMap(int count, string shape = "range") => Add(Record(CpuMapType, shape switch
    {
        "list" => [.. U16(0), .. U16((ushort)count), .. Enumerable.Range(0, count).SelectMany(cpu => U16((ushort)cpu)), .. new byte[4]],
        "mask" => [.. U16(1), .. U16(1), .. U16(8), .. new byte[4], .. U64((1UL << count) - 1)],
        _ => [.. U16(2), 0, 0, .. U16(0), .. U16((ushort)(count - 1))],
    }));

    /// <summary>Takes the records away, plain or as perf record -z packs them.</summary>
    public List<byte[]> Take(bool packed = false)
    {
        List<byte[]> taken = packed ? [.. Packed(padded: false)] : [.. _records];
        _records.Clear();
        return taken;
    }

    public PerfDataWriter Round() => Add(Record(RoundType, []));

    public byte[] Record(uint type, byte[] body, ushort misc = 0) => [.. U32(type), .. U16(misc), .. U16((ushort)(8 + body.Length)), .. body];

    /// <summary>A file with a header that refers to its parts.</summary>
    public byte[] File(IEnumerable<byte[]>? records = null)
    {
        List<(byte[] Attribute, ulong[] Ids)> attributes = All();
        int length = attributes[0].Attribute.Length + 16;
        byte[] ids = [.. attributes.SelectMany(attribute => attribute.Ids).SelectMany(U64)];
        const int Header = PerfDataHeader.Length;
        int attributesAt = Header + ids.Length;
        int dataAt = attributesAt + (attributes.Count * length);
        byte[] data = [.. (records ?? _records).SelectMany(record => record)];
        SortedList<int, byte[]> features = new() { [1] = TracingData ?? TracingDataWriter.Write(machine), [3] = [.. U32(8), .. "machine\0"u8] };
        foreach ((int bit, byte[] feature) in Features)
        {
            features[bit] = feature;
        }

        if (IsFolder)
        {
            features[24] = U64(1);
        }

        if (_isCompressed)
        {
            features[27] = Compression();
        }

        int at = dataAt + data.Length + (features.Count * 16);
        ulong bits = features.Keys.Aggregate(0UL, (all, bit) => all | (1UL << bit));
        var file = new List<byte>();
        file.AddRange([.. Magic(), .. U64(Header), .. U64((ulong)length)]);
        file.AddRange([.. U64((ulong)attributesAt), .. U64((ulong)(attributes.Count * length))]);
        file.AddRange([.. U64((ulong)dataAt), .. U64((ulong)data.Length), .. U64(0), .. U64(0)]);
        file.AddRange([.. machine.HeaderLength == 16 ? U64(bits) : [.. U32((uint)bits), .. U32((uint)(bits >> 32))], .. U64(0), .. U64(0), .. U64(0)]);
        file.AddRange(ids);
        ulong idsAt = Header;
        foreach ((byte[] attribute, ulong[] own) in attributes)
        {
            file.AddRange([.. attribute, .. U64(idsAt), .. U64((ulong)own.Length * 8)]);
            idsAt += (ulong)own.Length * 8;
        }

        file.AddRange(data);
        foreach (byte[] feature in features.Values)
        {
            file.AddRange([.. U64((ulong)at), .. U64((ulong)feature.Length)]);
            at += feature.Length;
        }

        file.AddRange(features.Values.SelectMany(feature => feature));
        return [.. file];
    }

    /// <summary>The same as records alone.</summary>
    public byte[] Pipe(IEnumerable<byte[]>? records = null)
    {
        byte[] formats = TracingData ?? TracingDataWriter.Write(machine);
        int padded = (formats.Length + 7) / 8 * 8;
        return
        [
            .. Magic(), .. U64(PerfDataHeader.PipeLength),
            .. All().SelectMany(attribute => Record(AttributeType, [.. attribute.Attribute, .. attribute.Ids.SelectMany(U64)])),
            .. Record(FeatureType, [.. U64(3), .. U32(8), .. "machine\0"u8]),
            .. _isCompressed ? Record(FeatureType, [.. U64(27), .. Compression()]) : [],
            .. Record(TracingDataType, U32((uint)padded)), .. formats, .. new byte[padded - formats.Length],
            .. (records ?? _records).SelectMany(record => record),
        ];
    }

    /// <summary>The records as perf record -z packs them, some at a time, a portion ending anywhere in a record; marks of rounds stay outside.</summary>
    public IEnumerable<byte[]> Packed(bool padded, int portion = 150)
    {
        _isCompressed = true;
        using var output = new MemoryStream();
        using var compressor = new CompressionStream(output, 1, leaveOpen: true);
        var plain = new List<byte>();
        var packed = new List<byte[]>();
        foreach (byte[] record in _records)
        {
            if (BitConverter.ToUInt32(record) is RoundType or (RoundType << 24))
            {
                Pack(plain.Count);
                packed.Add(record);
                continue;
            }

            plain.AddRange(record);
            while (plain.Count >= portion)
            {
                Pack(portion);
            }
        }

        Pack(plain.Count);
        return packed;

        void Pack(int count)
        {
            if (count == 0)
            {
                return;
            }

            compressor.Write([.. plain.Take(count)]);
            compressor.Flush();
            plain.RemoveRange(0, count);
            byte[] bytes = output.ToArray();
            output.SetLength(0);
            packed.Add(padded
                ? Record(Compressed2Type, [.. U64((ulong)bytes.Length), .. bytes, .. new byte[(8 - (bytes.Length % 8)) % 8]])
                : Record(CompressedType, bytes));
        }
    }

    public byte[] U64(ulong value)
    {
        byte[] bytes = BitConverter.GetBytes(value);
        return machine.IsBigEndian == BitConverter.IsLittleEndian ? [.. bytes.Reverse()] : bytes;
    }

    public byte[] U32(uint value)
    {
        byte[] bytes = BitConverter.GetBytes(value);
        return machine.IsBigEndian == BitConverter.IsLittleEndian ? [.. bytes.Reverse()] : bytes;
    }

    private byte[] U16(ushort value)
    {
        byte[] bytes = BitConverter.GetBytes(value);
        return machine.IsBigEndian == BitConverter.IsLittleEndian ? [.. bytes.Reverse()] : bytes;
    }

    // Version, Zstandard, level, ratio, and how much perf is to unpack at once.
    private byte[] Compression() => [.. U32(1), .. U32(1), .. U32(1), .. U32(2), .. U32(1 << 19)];

    private byte[] Magic() => machine.IsBigEndian ? "2ELIFREP"u8.ToArray() : "PERFILE2"u8.ToArray();

    private List<(byte[] Attribute, ulong[] Ids)> All() =>
        Raw.Count > 0 ? Raw : [.. Attributes.Select(attribute => (Attribute(attribute.Tracepoint), attribute.Ids))];

    private byte[] Attribute(int tracepoint)
    {
        byte[] rest = new byte[AttributeLength - 48];
        byte[] flags = new byte[8];
        flags[2] = SampleIdAll ? (machine.IsBigEndian ? (byte)0x20 : (byte)0x04) : (byte)0;
        return
        [
            .. U32(2), .. U32(AttributeLength), .. U64((ulong)tracepoint), .. U64(1), .. U64((ulong)Parts), .. U64((ulong)ReadFormat), .. flags, .. rest,
        ];
    }

    private byte[] ReadValues(ulong id)
    {
        bool Has(PerfReadFormat part) => (ReadFormat & part) != 0;
        byte[] times = [.. Has(PerfReadFormat.TimeEnabled) ? U64(5) : [], .. Has(PerfReadFormat.TimeRunning) ? U64(5) : []];
        byte[] rest = [.. Has(PerfReadFormat.Id) ? U64(id) : [], .. Has(PerfReadFormat.Lost) ? U64(0) : []];

        // perf leaves out a sample whose count has not grown.
        _counted++;
        return Has(PerfReadFormat.Group)
            ? [.. U64(2), .. times, .. U64(_counted), .. rest, .. U64(_counted), .. rest]
            : [.. U64(_counted), .. times, .. rest];
    }

    private byte[] Trailer(ulong time, int cpu, ulong id = 100)
    {
        if (!SampleIdAll)
        {
            return [];
        }

        (PerfSampleType Part, byte[] Bytes)[] parts =
        [
            (PerfSampleType.Thread, [.. U32(7), .. U32(7)]), (PerfSampleType.Time, U64(time)), (PerfSampleType.Id, U64(id)),
            (PerfSampleType.StreamId, U64(2)), (PerfSampleType.Cpu, [.. U32((uint)cpu), .. U32(0)]), (PerfSampleType.Identifier, U64(id)),
        ];
        return [.. parts.Where(part => (Parts & part.Part) != 0).SelectMany(part => part.Bytes)];
    }
}
