using KsmTools.Files;
using KsmTools.Records;
using KsmTools.Tests.Support;
using KsmTools.Tracing.EventFormats;
using KsmTools.Tracing.Reading;
using KsmTools.Tracing.RingBuffer;
using KsmTools.Tracing.Wanted;

namespace KsmTools.Fuzz.Decoders;

/// <summary>Sub-buffers to records of a few numbers, as sessions of other events read them; inputs as those of <see cref="SubBuffers"/>.</summary>
internal sealed class EventRecords : IFuzzedDecoder
{
    private static readonly WantedEvents Wanted = new(new NamedEvents(
        Event(TraceRecordKind.KsmStartScan, "rmap_walk_start", "folio", "folio_addr", "__probe_ip", "locked", "nothing"),
        Event(TraceRecordKind.KsmStopScan, "rmap_walk_end", "common_pid", "rwc", "__probe_ret_ip", "common_flags", "page_type")));

    private static readonly EventLayouts[] Layouts = [.. BufferLayout.All.Select(layout => EventLayouts.From(layout.Formats, Wanted, "layout"))];

    private readonly GuardedMemory _memory = new(1 << 16);
    private readonly TraceRecord[] _records = new TraceRecord[64];

    public string Name => "event-record";

    public void Decode(ArraySegment<byte> input, Reading reading)
    {
        if (input.Count == 0)
        {
            return;
        }

        BufferLayout layout = BufferLayout.Of(input[0]);
        var context = new BufferContext
        {
            Order = new ByteOrder(layout.IsBigEndian),
            Header = layout.Header,
            Layouts = Layouts[input[0] % Layouts.Length],
            Functions = new KernelSymbols(() => default, reading.Symbols),
            Threads = ThreadNames.Of("1 init\n330 rmaplab\n"u8, reading.Symbols),
        };
        SubBufferDecoder decoder = context.Decoder(0);
        ReadOnlySpan<byte> page = _memory.Place(input.AsSpan(1));
        decoder.Start(page, isCut: input[0] >= 0x80);
        long events = 0;
        while (!decoder.IsDone)
        {
            int count = decoder.Decode(page, _records);
            Reading.Demand(count > 0 || decoder.IsDone, "no records only at the end");
            events += count;
            foreach (ref readonly TraceRecord record in _records.AsSpan(0, count))
            {
                Reading.Demand(record.Kind is TraceRecordKind.Lost or TraceRecordKind.KsmStartScan or TraceRecordKind.KsmStopScan, "a kind that is wanted");
                Reading.Demand(record.Timestamp is >= 0 and < 1L << 62, "a time that a clock reaches");
                Reading.Demand(record.LostCount >= 0 && record.Cpu == 0, "no negative count, and the buffer's CPU");
                reading.Note((int)record.Kind);
            }
        }

        Reading.Demand(events <= (page.Length / 8) + 1, "no more records than there is input for");
        reading.Note((int)decoder.Fault);
        reading.Count(events);
    }

    private static WantedEvent Event(TraceRecordKind kind, string name, params string[] fields) =>
        new(kind, name, [.. fields.Select((field, place) => WantedField.Number(place, field))]);
}
