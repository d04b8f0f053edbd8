using System.Numerics;
using KsmTools.Files;
using KsmTools.Tracing.EventFormats;

namespace KsmTools.Tracing.PerfData;

/// <summary>One event of a recording, <c>struct perf_event_attr</c>, and where its samples have what is wanted of them.</summary>
internal sealed class PerfAttribute
{
    /// <summary>PERF_ATTR_SIZE_VER0: the shortest there ever was; size 0 means this.</summary>
    public const int LeastLength = 64;

    /// <summary>More is no attribute: perf refuses what is longer than a page.</summary>
    public const int MostLength = 4096;

    private const uint TracepointType = 2;
    private const int ConfigOffset = 8, SampleTypeOffset = 24, ReadFormatOffset = 32, FlagsOffset = 40;

    // sample_id_all is the 19th of the bits after read_format; compilers count them from the other end on machines of the other byte order.
    private const int SampleIdAllByte = FlagsOffset + 2;
    private const byte SampleIdAllLittle = 1 << 2, SampleIdAllBig = 0x80 >> 2;

    private const PerfSampleType BeforeId = PerfSampleType.Address | PerfSampleType.Thread | PerfSampleType.Time | PerfSampleType.DataAddress;
    private const PerfSampleType BeforeRead = BeforeId | PerfSampleType.Id | PerfSampleType.StreamId | PerfSampleType.Cpu | PerfSampleType.Period
        | PerfSampleType.Identifier;

    private PerfAttribute(uint type, ulong config, PerfSampleType sampleType, PerfReadFormat readFormat, bool sampleIdAll)
    {
        TracepointId = type == TracepointType && config <= int.MaxValue ? (int)config : -1;
        SampleType = sampleType;
        ReadFormat = readFormat;
        IdOffset = Has(PerfSampleType.Identifier) ? PerfRecords.HeaderLength : Has(PerfSampleType.Id) ? After(BeforeId) : -1;
        PerfSampleType before = PerfSampleType.Identifier | PerfSampleType.Address;
        ThreadOffset = Has(PerfSampleType.Thread) ? After(before) : -1;
        TimeOffset = Has(PerfSampleType.Time) ? After(before | PerfSampleType.Thread) : -1;
        CpuOffset = Has(PerfSampleType.Cpu) ? After(BeforeId | PerfSampleType.Identifier | PerfSampleType.Id | PerfSampleType.StreamId) : -1;
        FixedEnd = After(BeforeRead);
        Trailer = sampleIdAll ? new PerfTrailer(sampleType) : null;
    }

    /// <summary>The number of its event format; -1 if it is no tracepoint.</summary>
    public int TracepointId { get; }

    public PerfSampleType SampleType { get; }

    public PerfReadFormat ReadFormat { get; }

    /// <summary>Offset in a sample of its event's id; -1 where there is none.</summary>
    public int IdOffset { get; }

    /// <summary>Offset of the process and the thread, 32 bits each; -1 where there are none.</summary>
    public int ThreadOffset { get; }

    /// <summary>Offset of the time in nanoseconds; -1 where there is none.</summary>
    public int TimeOffset { get; }

    /// <summary>Offset of the CPU; -1 where there is none.</summary>
    public int CpuOffset { get; }

    /// <summary>Where the parts begin whose length only the sample tells.</summary>
    public int FixedEnd { get; }

    /// <summary>What other records than samples have at their end; null if nothing.</summary>
    public PerfTrailer? Trailer { get; }

    /// <summary>The layout of the wanted event that this is; null if it is another.</summary>
    public EventLayout? Layout { get; set; }

    /// <summary>Reads an attribute.</summary>
    /// <param name="bytes">The attribute; no shorter than <see cref="LeastLength"/>.</param>
    /// <param name="order">The recording machine's byte order.</param>
    public static PerfAttribute Read(ReadOnlySpan<byte> bytes, ByteOrder order)
    {
        byte flags = bytes[SampleIdAllByte];
        return new PerfAttribute(
            order.UInt32(bytes, 0),
            order.UInt64(bytes, ConfigOffset),
            (PerfSampleType)order.UInt64(bytes, SampleTypeOffset),
            (PerfReadFormat)order.UInt64(bytes, ReadFormatOffset),
            (flags & (order.IsBigEndian ? SampleIdAllBig : SampleIdAllLittle)) != 0);
    }

    /// <summary>The length that an attribute says of itself; 0 if that cannot be.</summary>
    public static int LengthOf(ReadOnlySpan<byte> bytes, ByteOrder order)
    {
        uint length = order.UInt32(bytes, 4);
        return length == 0 ? LeastLength : length is >= LeastLength and <= MostLength ? (int)length : 0;
    }

    public bool Has(PerfSampleType part) => (SampleType & part) != 0;

    private int After(PerfSampleType parts) => PerfRecords.HeaderLength + (8 * BitOperations.PopCount((ulong)(SampleType & parts)));
}
