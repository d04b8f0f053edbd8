using KsmTools.Files;
using KsmTools.Records;
using KsmTools.Tracing.Reading;
using KsmTools.Tracing.RingBuffer;

namespace KsmTools.Fuzz.Decoders;

/// <summary>Sub-buffers to rmap records: a byte that selects the layout, then a sub-buffer.</summary>
internal sealed class SubBuffers : IFuzzedDecoder
{
    // The bits of the first byte beside the layout's number.
    private const int IsCut = 0x80, FewAtOnce = 0x40;

    private readonly GuardedMemory _memory = new(1 << 16);
    private readonly TraceRecord[] _records = new TraceRecord[256];

    public string Name => "sub-buffer";

    public void Decode(ArraySegment<byte> input, Reading reading)
    {
        if (input.Count == 0)
        {
            return;
        }

        BufferLayout layout = BufferLayout.Of((byte)(input[0] & ~(IsCut | FewAtOnce)));
        var context = new BufferContext
        {
            Order = new ByteOrder(layout.IsBigEndian),
            Header = layout.Header,
            Layouts = layout.Rmap,
            Threads = ThreadNames.Of("1 init\n330 rmaplab\n"u8, reading.Symbols),
            Functions = new KernelSymbols(() => "ffffffff81000000 T rmap_walk_ksm\nffffffff81200000 t rmap_walk_anon\n"u8.ToArray(), reading.Symbols),
        };
        Decode(context.Decoder(0), _memory.Place(input.AsSpan(1)), (input[0] & IsCut) != 0, _records.AsSpan(0, (input[0] & FewAtOnce) != 0 ? 2 : 256), reading);
    }

    /// <summary>Decodes a sub-buffer, and checks what the decoder promises.</summary>
    public static void Decode(SubBufferDecoder decoder, ReadOnlySpan<byte> page, bool isCut, Span<TraceRecord> records, Reading reading)
    {
        decoder.Start(page, isCut);
        while (!decoder.IsDone)
        {
            int count = decoder.Decode(page, records);
            Reading.Demand(count > 0 || decoder.IsDone, "no records only at the end");
            reading.See(records[..count]);
        }

        Reading.Demand(decoder.Decode(page, records) == 0, "the end stays the end");
        Reading.Demand(decoder.FaultOffset >= 0 && (decoder.Fault == SubBufferFault.None || decoder.FaultOffset <= page.Length), "a fault is in the sub-buffer");
        reading.Note((int)decoder.Fault);
    }
}
