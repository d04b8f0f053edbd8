using System.Text;
using KsmTools.Records;
using KsmTools.Tests.RingBuffer;
using KsmTools.Tests.Support;
using KsmTools.Tests.Traces;
using KsmTools.Tracing;
using KsmTools.Tracing.EventFormats;
using KsmTools.Tracing.KsmEvents;
using KsmTools.Tracing.Reading;
using KsmTools.Tracing.RingBuffer;

namespace KsmTools.Tests.KsmEvents;

/// <summary>Reads KSM's events from text and from sub-buffers.</summary>
internal static class KsmEventHelp
{
    public const string Header = "# tracer: nop\n#\n# entries-in-buffer/entries-written: 2/2   #P:1\n#\n";

    /// <summary>A line as the kernel prints it, with this event.</summary>
    public static string Line(string body) => $"            ksmd-29      [000] .....    25.185494: {body}\n";

    public static List<KsmEvent> Text(string text, out ITraceReader reader)
    {
        using var folder = new TemporaryFolder();
        return Read(TraceReaders.OpenKsm(folder.Write("trace", text)), out reader);
    }

    public static List<KsmEvent> Text(string text) => Text(text, out _);

    public static List<KsmEvent> Read(ITraceReader opened, out ITraceReader reader)
    {
        reader = opened;
        using (opened)
        {
            var objects = new KsmEventObjects(opened.Symbols);
            var events = new List<KsmEvent>();
            LostBefore lost = default;
            while (opened.Read(out ReadOnlySpan<TraceRecord> records, CancellationToken.None))
            {
                foreach (ref readonly TraceRecord record in records)
                {
                    if (record.Kind == TraceRecordKind.Lost)
                    {
                        lost.Add(record);
                        continue;
                    }

                    events.Add(objects.Event(record, lost));
                    lost = default;
                }
            }

            return events;
        }
    }

    /// <summary>The events of a capture's one CPU, from its sub-buffers.</summary>
    /// <param name="folder">Where <c>ksm_events.raw.gz</c> and what describes it is.</param>
    public static List<KsmEvent> Raw(string folder)
    {
        var symbols = new SymbolTable();
        var header = SubBufferHeader.Parse(File.ReadAllBytes(Captures.Data($"{folder}/header_page")), "header_page");
        SubBufferDecoder decoder = new BufferContext
        {
            Header = header,
            Layouts = EventLayouts.From(
                KsmEventShape.All.Select(item => EventFormat.Parse(File.ReadAllBytes(Captures.Data($"{folder}/{item.Name}.format")), item.Name)), KsmEventFamily.Wanted, folder),
            Functions = new KernelSymbols(() => default, symbols),
            Threads = ThreadNames.Of(File.ReadAllBytes(Captures.Data($"{folder}/ksm_events.saved_cmdlines")), symbols),
        }.Decoder(cpu: 0);
        byte[] data = TraceHelp.Unpacked(Captures.Data($"{folder}/ksm_events.raw.gz"));
        var objects = new KsmEventObjects(symbols);
        var events = new List<KsmEvent>();
        var records = new TraceRecord[7];
        for (int at = 0; at < data.Length; at += header.Size)
        {
            ReadOnlySpan<byte> page = data.AsSpan(at, header.Size);
            decoder.Start(page, isCut: false);
            while (!decoder.IsDone)
            {
                int count = decoder.Decode(page, records);
                foreach (ref readonly TraceRecord record in records.AsSpan(0, count))
                {
                    Assert.False(record.Kind == TraceRecordKind.Lost);
                    events.Add(objects.Event(record, default));
                }
            }

            Assert.Equal(SubBufferFault.None, decoder.Fault);
        }

        return events;
    }

    /// <summary>Fails unless a text of events and the events themselves are the same, one by one; a text has whole microseconds.</summary>
    public static void AssertSame(IReadOnlyList<KsmEvent> text, IReadOnlyList<KsmEvent> events)
    {
        Assert.NotEmpty(events);
        Assert.Equal(text.Count, events.Count);
        foreach ((KsmEvent one, KsmEvent other) in text.Zip(events))
        {
            Assert.Equal(Same(one), Same(other));
            Assert.InRange(other.TimestampNanoseconds - one.TimestampNanoseconds, -1000, 1000);
        }
    }

    /// <summary>What both have: a text has whole microseconds, hashed addresses, and no address of a page.</summary>
    public static string Same(KsmEvent item) => new StringBuilder()
        .AppendJoin(' ', item.Kind, item.Cpu, item.ThreadId, item.Command, item.Sequence, item.RmapItems, item.Pfn, item.RmapItem is null, item.Mm is null, item.HasKsmPage)
        .Append(' ')
        .AppendJoin(' ', item.Error, item.ScanTimeSeconds, item.PagesToScan, item.CpuPercent, item.TimeUnit)
        .ToString();
}
