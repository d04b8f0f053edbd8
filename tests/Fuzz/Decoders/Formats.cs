using KsmTools.Errors;
using KsmTools.Records;
using KsmTools.Tests.RingBuffer;
using KsmTools.Tracing.EventFormats;
using KsmTools.Tracing.MigrationPte;
using KsmTools.Tracing.Reading;
using KsmTools.Tracing.RingBuffer;

namespace KsmTools.Fuzz.Decoders;

/// <summary>
/// The texts of <c>format</c>, <c>header_page</c> and <c>header_event</c>; and sub-buffers by whatever layout they spell, which must keep to the
/// sub-buffer all the same. A NUL stands between an event's format and a <c>header_page</c>.
/// </summary>
internal sealed class Formats : IFuzzedDecoder
{
    private const string Source = "format";

    private readonly GuardedMemory _memory = new(1 << 16);
    private readonly TraceRecord[] _records = new TraceRecord[64];
    private readonly byte[] _page;

    public Formats()
    {
        var machine = new SubBufferWriter(bigEndian: false, 8, 1024);
        for (ulong time = 1000; time < 1500; time += 50)
        {
            machine.Event(time, machine.Record(SubBufferWriter.StartId, 42, time, 0xFEED, "anon", locked: true));
        }

        _page = machine.Page();
    }

    public string Name => "formats";

    public void Decode(ArraySegment<byte> input, Reading reading)
    {
        ReadOnlySpan<byte> text = input;
        int end = text.IndexOf((byte)0);
        ReadOnlySpan<byte> format = end < 0 ? text : text[..end];
        ReadOnlySpan<byte> header = end < 0 ? text : text[(end + 1)..];
        SubBufferHeader? parsed = null;
        try
        {
            EventHeader.Check(header, Source);
            reading.Note(1);
        }
        catch (KsmToolsException failure)
        {
            reading.Fail(failure);
        }

        try
        {
            parsed = SubBufferHeader.Parse(header, Source);
            Reading.Demand(parsed is { TimestampOffset: >= 0, CommitOffset: >= 0 } && parsed.Size >= parsed.DataOffset, "a header that fits together");
            reading.Note(2);
        }
        catch (KsmToolsException failure)
        {
            reading.Fail(failure);
        }

        EventFormat event1 = EventFormat.Parse(format, Source);
        Reading.Demand(event1.Id is >= 0 and <= ushort.MaxValue && event1.Fields.Count > 0, "a format that says something");
        foreach (EventField field in event1.Fields)
        {
            Reading.Demand(field is { Offset: >= 0, Size: >= 0, Name.Length: > 0 } && field.End >= field.Offset, "a field that can be");
        }

        EventLayouts layouts = EventLayouts.From([event1], WalkReader.Wanted, Source);
        reading.Note(layouts.FirstTwo.First is null ? 3 : 4);
        var context = new BufferContext
        {
            Header = parsed ?? BufferLayout.All[0].Header,
            Layouts = layouts,
            Threads = ThreadNames.Of("42 worker\n"u8, reading.Symbols),
            Functions = new KernelSymbols(() => default, reading.Symbols),
        };
        var other = new Reading();
        other.Begin(_page.Length);
        other.Share(reading.Symbols);
        SubBuffers.Decode(context.Decoder(0), _memory.Place(_page), isCut: false, _records, other);
        reading.Count(other.Records);
    }
}
