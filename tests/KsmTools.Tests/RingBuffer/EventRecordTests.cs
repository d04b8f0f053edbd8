using System.Globalization;
using System.Text;
using KsmTools.Files;
using KsmTools.Records;
using KsmTools.Tests.Support;
using KsmTools.Tracing.EventFormats;
using KsmTools.Tracing.Reading;
using KsmTools.Tracing.RingBuffer;
using KsmTools.Tracing.Wanted;

namespace KsmTools.Tests.RingBuffer;

/// <summary>Events of a few numbers: any field size, sign and byte order, and fields that a kernel lacks.</summary>
public sealed class EventRecordTests
{
    private const TraceRecordKind One = TraceRecordKind.KsmStartScan, Two = TraceRecordKind.KsmStopScan, Three = TraceRecordKind.KsmEnter, Four = TraceRecordKind.KsmExit;

    private static readonly WantedEvents Wanted = new(new NamedEvents(
        Event(One, "one", "big", "missing", "small", "byte"),
        Event(Two, "two", "small"),
        Event(Three, "three", "text", "small"),
        Event(Four, "four", "big")));

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Numbers_keep_their_size_and_sign(bool bigEndian)
    {
        var writer = new SubBufferWriter(bigEndian, 8, 4096);
        byte[] page = writer
            .Event(100, Record(writer, 1, 42, 0xFFFF_8880_1234_5678, unchecked((uint)-14), 0x80))
            .Event(200, Record(writer, 2, 42, 1, unchecked((uint)-1), 0))
            .Event(250, Record(writer, 5, 42, 1, 1, 0))
            .Event(300, Record(writer, 4, 43, ulong.MaxValue, 0, 0))
            .Page();
        SubBufferDecoder decoder = Decoder(writer, signedBig: false, ("one", 1), ("two", 2), ("three", 3), ("four", 4), ("five", 5));
        var records = new TraceRecord[8];
        decoder.Start(page, isCut: false);
        Assert.Equal(3, decoder.Decode(page, records));
        Assert.Equal(SubBufferFault.None, decoder.Fault);
        Assert.Equal((One, 100, 42, 5, RmapTimeUnit.Nanoseconds), (records[0].Kind, records[0].Timestamp, records[0].ThreadId, records[0].Cpu, records[0].TimeUnit));
        Assert.Equal("a b", records[0].Command.ToString(new SymbolTable()));
        Assert.Equal(0xFFFF_8880_1234_5678UL, records[0][0]);
        Assert.Null(records[0][1]);
        Assert.Equal(-14L, records[0].Signed(2));
        Assert.Equal(0x80UL, records[0][3]);
        Assert.Null(records[0][4]);
        Assert.Equal((Two, -1L), (records[1].Kind, records[1].Signed(0)));
        Assert.Null(records[1][2]);
        Assert.Equal((Four, 43, ulong.MaxValue), (records[2].Kind, records[2].ThreadId, records[2][0]));
        Assert.Equal("<...>", records[2].Command.ToString(new SymbolTable()));
    }

    [Fact]
    public void A_string_is_no_number()
    {
        var writer = new SubBufferWriter(false, 8, 4096);
        byte[] page = writer.Event(1, Record(writer, 3, 42, 5, 6, 7)).Page();
        SubBufferDecoder decoder = Decoder(writer, signedBig: false, ("three", 3));
        var records = new TraceRecord[1];
        decoder.Start(page, isCut: false);
        Assert.Equal(1, decoder.Decode(page, records));
        Assert.Null(records[0][0]);
        Assert.Equal(6L, records[0].Signed(1));
    }

    [Fact]
    public void A_record_without_all_of_its_fields_is_a_fault()
    {
        var writer = new SubBufferWriter(false, 8, 4096);
        byte[] page = writer.Event(1, Record(writer, 1, 42, 5, 6, 7)[..16]).Page();
        SubBufferDecoder decoder = Decoder(writer, signedBig: false, ("one", 1));
        decoder.Start(page, isCut: false);
        Assert.Equal(0, decoder.Decode(page, new TraceRecord[1]));
        Assert.Equal(SubBufferFault.RecordTooShort, decoder.Fault);
    }

    [Fact]
    public void Lost_events_are_a_record_of_their_own()
    {
        var writer = new SubBufferWriter(false, 8, 4096) { Flags = 3u << 30, Missed = 17 };
        byte[] page = writer.Event(1, Record(writer, 1, 42, 5, 6, 7)).Page();
        SubBufferDecoder decoder = Decoder(writer, signedBig: false, ("one", 1));
        var records = new TraceRecord[2];
        decoder.Start(page, isCut: false);
        Assert.Equal(2, decoder.Decode(page, records));
        Assert.Equal(TraceRecordKind.Lost, records[0].Kind);
        Assert.Equal((17, 5), (records[0].LostCount, records[0].Cpu));
        Assert.Equal(One, records[1].Kind);
    }

    [Fact]
    public void Reading_allocates_nothing()
    {
        var writer = new SubBufferWriter(false, 8, 4096);
        for (ulong i = 0; i < 50; i++)
        {
            writer.Event(i, Record(writer, 1 + (int)(i % 4), 42, i, 6, 7));
        }

        DecoderAllocations.AssertNone(Decoder(writer, signedBig: true, ("one", 1), ("two", 2), ("three", 3), ("four", 4)), writer.Page(), records: 50);
    }

    private static WantedEvent Event(TraceRecordKind kind, string name, params string[] fields) => new(kind, name, [.. fields.Select((field, place) => WantedField.Number(place, field))]);

    private static SubBufferDecoder Decoder(SubBufferWriter writer, bool signedBig, params (string Name, int Id)[] events) => new BufferContext
    {
        Order = new ByteOrder(writer.IsBigEndian),
        Header = SubBufferHeader.Parse(writer.HeaderPage(), "header_page"),
        Layouts = EventLayouts.From(events.Select(item => EventFormat.Parse(Format(item.Name, item.Id, signedBig), item.Name)), Wanted, "events"),
        Functions = new KernelSymbols(() => default, new SymbolTable()),
        Threads = ThreadNames.Of("42 a b\n"u8, new SymbolTable()),
    }.Decoder(cpu: 5);

    private static byte[] Format(string name, int id, bool signedBig) => Encoding.ASCII.GetBytes(string.Create(
        CultureInfo.InvariantCulture,
        $"""
        name: {name}
        ID: {id}
        format:
            field:unsigned short common_type;	offset:0;	size:2;	signed:0;
            field:unsigned char common_flags;	offset:2;	size:1;	signed:0;
            field:unsigned char common_preempt_count;	offset:3;	size:1;	signed:0;
            field:int common_pid;	offset:4;	size:4;	signed:1;

            field:unsigned long big;	offset:8;	size:8;	signed:{(signedBig ? 1 : 0)};
            field:int small;	offset:16;	size:4;	signed:1;
            field:unsigned char byte;	offset:20;	size:1;	signed:0;
            field:__data_loc char[] text;	offset:24;	size:4;	signed:0;

        print fmt: "x"
        """));

    private static byte[] Record(SubBufferWriter writer, int id, int thread, ulong big, uint small, byte one)
    {
        byte[] record = new byte[28];
        writer.Put16(record, (ushort)id);
        writer.Put32(record.AsSpan(4), (uint)thread);
        writer.Put64(record.AsSpan(8), big);
        writer.Put32(record.AsSpan(16), small);
        record[20] = one;
        return record;
    }
}
