using System.Buffers.Binary;
using BenchmarkDotNet.Attributes;
using KsmTools.Records;
using KsmTools.Tracing.EventFormats;
using KsmTools.Tracing.MigrationPte;
using KsmTools.Tracing.Reading;
using KsmTools.Tracing.RingBuffer;

namespace KsmTools.Benchmarks;

/// <summary>A sub-buffer to records; per operation one event, and no bytes allocated.</summary>
[MemoryDiagnoser]
public class SubBufferLoops
{
    private const int Events = 92;
    private const int PageSize = 4096;

    private readonly byte[] _page = new byte[PageSize];
    private readonly TraceRecord[] _records = new TraceRecord[Events];
    private SubBufferDecoder _decoder = null!;

    /// <summary>Fills a sub-buffer as Linux does on a 64-bit machine.</summary>
    [GlobalSetup]
    public void SetUp()
    {
        const int Header = 16, Length = 40, Id = 336;
        BinaryPrimitives.WriteUInt64LittleEndian(_page, 1_000_000_000);
        BinaryPrimitives.WriteUInt64LittleEndian(_page.AsSpan(8), Events * (Length + 4));
        for (int i = 0; i < Events; i++)
        {
            Span<byte> at = _page.AsSpan(Header + (i * (Length + 4)));
            BinaryPrimitives.WriteUInt32LittleEndian(at, (Length / 4) | (1000u << 5));
            Span<byte> record = at[4..];
            BinaryPrimitives.WriteUInt16LittleEndian(record, (ushort)(Id + (i % 2)));
            BinaryPrimitives.WriteInt32LittleEndian(record[4..], 1234);
            BinaryPrimitives.WriteUInt64LittleEndian(record[8..], 0xFFFFEA0000210800 + (ulong)(i / 2));
            BinaryPrimitives.WriteUInt64LittleEndian(record[16..], 0xFFFF888000F03BA8);
            BinaryPrimitives.WriteUInt32LittleEndian(record[24..], (5 << 16) | 32);
            "anon\0"u8.CopyTo(record[32..]);
        }

        var symbols = new SymbolTable();
        var context = new BufferContext
        {
            Header = SubBufferHeader.Parse(
                "field: u64 timestamp; offset:0; size:8;\nfield: local_t commit; offset:8; size:8;\nfield: char data; offset:16; size:4080;"u8, "header_page"),
            Layouts = EventLayouts.From([Format("rmap_walk_start", Id), Format("rmap_walk_end", Id + 1)], WalkReader.Wanted, "format"),
            Threads = ThreadNames.Of("1234 worker\n"u8, symbols),
            Functions = new KernelSymbols(() => default, symbols),
        };
        _decoder = context.Decoder(0);
    }

    /// <summary>A sub-buffer to records.</summary>
    [Benchmark(OperationsPerInvoke = Events)]
    public int DecodePage()
    {
        _decoder.Start(_page, isCut: false);
        return _decoder.Decode(_page, _records);
    }

    private static EventFormat Format(string name, int id) => EventFormat.Parse(
        System.Text.Encoding.ASCII.GetBytes(
            $"name: {name}\nID: {id}\nfield:unsigned short common_type; offset:0; size:2;\nfield:unsigned char common_flags; offset:2; size:1;\n"
            + "field:unsigned char common_preempt_count; offset:3; size:1;\nfield:int common_pid; offset:4; size:4;\nfield:unsigned long folio_addr; offset:8; size:8;\n"
            + "field:unsigned long rwc_addr; offset:16; size:8;\nfield:__data_loc char[] page_type; offset:24; size:4;\nfield:bool locked; offset:28; size:1;\n"),
        name);
}
