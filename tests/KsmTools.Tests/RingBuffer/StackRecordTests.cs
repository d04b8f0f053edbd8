using System.Globalization;
using System.Text;
using KsmTools.Files;
using KsmTools.Records;
using KsmTools.Tracing.Contention;
using KsmTools.Tracing.EventFormats;
using KsmTools.Tracing.Reading;
using KsmTools.Tracing.RingBuffer;
using KsmTools.Tracing.Wanted;

namespace KsmTools.Tests.RingBuffer;

/// <summary>Call chains in sub-buffers, of machines of any byte order and word length: whose they are, and where they end.</summary>
public sealed class StackRecordTests
{
    private const int Begin = 1, Stack = 4, Other = 7;

    private readonly SymbolTable _symbols = new();

    [Theory]
    [InlineData(false, 8, true)]
    [InlineData(true, 8, true)]
    [InlineData(false, 4, true)]
    [InlineData(true, 4, true)]
    [InlineData(false, 8, false)]
    [InlineData(false, 4, false)]
    public void A_chain_has_as_many_frames_as_the_event_says(bool bigEndian, int wordSize, bool formatHasLength)
    {
        var writer = new SubBufferWriter(bigEndian, wordSize, 4096);

        // Seven words, of which the event counts three; then one that says more than it has.
        byte[] page = writer
            .Event(100, Contention(writer, wordSize))
            .Event(110, Chain(writer, wordSize, count: 3, 0x1010, 0x2020, 0x3030, 0x4040, 0x5050, 0x6060, 0x7070))
            .Event(120, Contention(writer, wordSize))
            .Event(130, Chain(writer, wordSize, count: 100, 0x2020, 0x90_0000))
            .Page();
        List<TraceRecord> records = Decode(writer, wordSize, formatHasLength, page);
        Assert.Equal([TraceRecordKind.ContentionBegin, TraceRecordKind.Stack, TraceRecordKind.ContentionBegin, TraceRecordKind.Stack], records.Select(record => record.Kind));
        Assert.Equal(["one", "two", "three"], Frames(records[1]));
        Assert.Equal(["two", "900000"], Frames(records[3]));
        Assert.Equal((110, 42, 5), (records[1].Timestamp, records[1].ThreadId, records[1].Cpu));
    }

    [Fact]
    public void A_word_of_ones_ends_a_chain()
    {
        var writer = new SubBufferWriter(false, 8, 4096);
        byte[] page = writer.Event(100, Contention(writer, 8)).Event(110, Chain(writer, 8, count: 8, 0x1010, ulong.MaxValue, 0x2020)).Page();
        Assert.Equal(["one"], Frames(Decode(writer, 8, formatHasLength: true, page)[1]));
    }

    [Fact]
    public void A_chain_is_that_of_the_event_right_before_it()
    {
        var writer = new SubBufferWriter(false, 8, 4096);
        byte[] other = Contention(writer, 8, Other);
        byte[] chain = Chain(writer, 8, count: 1, 0x1010);
        byte[] first = writer.Event(10, chain).Event(20, Contention(writer, 8)).Event(30, other).Event(40, chain).Event(50, Contention(writer, 8)).Page();

        // The chain of the last event is in the next sub-buffer; a second one has no event.
        byte[] second = writer.Event(60, chain).Event(70, chain).Event(80, Contention(writer, 8)).Page();

        // That of a lost event.
        writer.Event(90, chain).Flags = 1u << 31;
        byte[] third = writer.Page();
        List<TraceRecord> records = Decode(writer, 8, formatHasLength: true, first, second, third);
        Assert.Equal([20, 50, 60, 80], records.Where(record => record.Kind != TraceRecordKind.Lost).Select(record => record.Timestamp));
        Assert.Equal(60, Assert.Single(records, record => record.Kind == TraceRecordKind.Stack).Timestamp);
    }

    [Fact]
    public void Reading_a_chain_again_allocates_nothing()
    {
        var writer = new SubBufferWriter(false, 8, 4096);
        for (ulong i = 0; i < 20; i++)
        {
            writer.Event(i * 10, Contention(writer, 8)).Event((i * 10) + 1, Chain(writer, 8, count: 3, 0x1010, 0x2020, 0x3030));
        }

        DecoderAllocations.AssertNone(Decoder(writer, 8, formatHasLength: true), writer.Page(), records: 40);
    }

    private List<TraceRecord> Decode(SubBufferWriter writer, int wordSize, bool formatHasLength, params byte[][] pages)
    {
        SubBufferDecoder decoder = Decoder(writer, wordSize, formatHasLength);
        var records = new List<TraceRecord>();

        // One at a time: an event and its chain need not come together.
        var one = new TraceRecord[1];
        foreach (byte[] page in pages)
        {
            decoder.Start(page, isCut: false);
            while (!decoder.IsDone)
            {
                records.AddRange(one.AsSpan(0, decoder.Decode(page, one)));
            }

            Assert.Equal(SubBufferFault.None, decoder.Fault);
        }

        return records;
    }

    private IEnumerable<string> Frames(TraceRecord record) => _symbols.Stacks.Frames((int)record[StackEvents.Number]!.Value).Select(_symbols.Name);

    private SubBufferDecoder Decoder(SubBufferWriter writer, int wordSize, bool formatHasLength) => new BufferContext
    {
        Order = new ByteOrder(writer.IsBigEndian),
        Header = SubBufferHeader.Parse(writer.HeaderPage(), "header_page"),
        Layouts = EventLayouts.From([Format("contention_begin", Begin, $"void * lock_addr;\toffset:8;\tsize:{wordSize}", $"unsigned int flags;\toffset:{8 + wordSize};\tsize:4"),
            Format("kernel_stack", Stack, "int size;\toffset:8;\tsize:4", formatHasLength ? $"unsigned long caller[8];\toffset:{FirstFrame(wordSize)};\tsize:{8 * wordSize}" : $"unsigned long caller[];\toffset:{FirstFrame(wordSize)};\tsize:0")], ContentionEvents.Wanted, "events"),
        Functions = new KernelSymbols(() => "0000000000001000 T one\n0000000000002000 T two\n0000000000003000 T three\n0000000000008fff T end\n"u8.ToArray(), _symbols),
        Threads = ThreadNames.Of("42 a\n"u8, _symbols),
    }.Decoder(cpu: 5);

    private static int FirstFrame(int wordSize) => wordSize == 8 ? 16 : 12;

    private static EventFormat Format(string name, int id, params string[] fields) => EventFormat.Parse(
        Encoding.ASCII.GetBytes(string.Create(
            CultureInfo.InvariantCulture,
            $"""
            name: {name}
            ID: {id}
            format:
            	field:unsigned short common_type;	offset:0;	size:2;	signed:0;
            	field:unsigned char common_flags;	offset:2;	size:1;	signed:0;
            	field:unsigned char common_preempt_count;	offset:3;	size:1;	signed:0;
            	field:int common_pid;	offset:4;	size:4;	signed:1;

            {string.Concat(fields.Select(field => $"\tfield:{field};\tsigned:0;\n"))}
            """)),
        name);

    private static byte[] Contention(SubBufferWriter writer, int wordSize, int id = Begin)
    {
        byte[] record = new byte[8 + wordSize + 4];
        Head(writer, record, id);
        return record;
    }

    private static byte[] Chain(SubBufferWriter writer, int wordSize, int count, params ulong[] frames)
    {
        byte[] record = new byte[FirstFrame(wordSize) + (frames.Length * wordSize)];
        Head(writer, record, Stack);
        writer.Put32(record.AsSpan(8), (uint)count);
        for (int i = 0; i < frames.Length; i++)
        {
            Span<byte> at = record.AsSpan(FirstFrame(wordSize) + (i * wordSize));
            if (wordSize == 8)
            {
                writer.Put64(at, frames[i]);
            }
            else
            {
                writer.Put32(at, (uint)frames[i]);
            }
        }

        return record;
    }

    private static void Head(SubBufferWriter writer, byte[] record, int id)
    {
        writer.Put16(record, (ushort)id);
        writer.Put32(record.AsSpan(4), 42);
    }
}
