using System.Text;
using KsmTools.Rmap;
using KsmTools.Tests.RingBuffer;
using KsmTools.Tests.Support;
using KsmTools.Tests.Traces;
using KsmTools.Tracing;
using KsmTools.Tracing.EventFormats;
using KsmTools.Tracing.KsmEvents;
using KsmTools.Tracing.RingBuffer;
using KsmTools.Tracing.Sessions;

namespace KsmTools.Tests.KsmEvents;

/// <summary>Reads KSM's events from text and from sub-buffers.</summary>
internal static class KsmEventHelp
{
    public const string Header = "# tracer: nop\n#\n# entries-in-buffer/entries-written: 2/2   #P:1\n#\n";

    /// <summary>A line as the kernel prints it, with this event.</summary>
    public static string Line(string body) => $"            ksmd-29      [000] .....    25.185494: {body}\n";

    public static List<KsmEvent> Text(string text, out IEventReader reader)
    {
        using var folder = new TemporaryFolder();
        return Read(KsmTraces.OpenText(TraceFile.Open(folder.Write("trace", text)), new SymbolTable()), out reader);
    }

    public static List<KsmEvent> Text(string text) => Text(text, out _);

    public static List<KsmEvent> Read(IEventReader opened, out IEventReader reader)
    {
        reader = opened;
        using (opened)
        {
            var objects = new KsmEventObjects(opened.Symbols);
            var events = new List<KsmEvent>();
            long lost = 0;
            while (opened.Read(out ReadOnlySpan<EventRecord> records, CancellationToken.None))
            {
                foreach (ref readonly EventRecord record in records)
                {
                    if (record.IsLost)
                    {
                        lost += Math.Max(1, record.LostCount);
                        continue;
                    }

                    events.Add(objects.Event(record, lost));
                    lost = 0;
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
        SubBufferDecoder<EventRecord> decoder = new EventContext
        {
            Header = header,
            Layouts = RecordLayouts.From(
                KsmEventShape.All.Select(item => EventFormat.Parse(File.ReadAllBytes(Captures.Data($"{folder}/{item.Name}.format")), item.Name)),
                format => WantedEvent.LayoutOf(KsmEventShape.All, format),
                folder),
            Threads = ThreadNames.Parse(File.ReadAllBytes(Captures.Data($"{folder}/ksm_events.saved_cmdlines")), symbols),
        }.Decoder(cpu: 0);
        byte[] data = TraceHelp.Unpacked(Captures.Data($"{folder}/ksm_events.raw.gz"));
        var objects = new KsmEventObjects(symbols);
        var events = new List<KsmEvent>();
        var records = new EventRecord[7];
        for (int at = 0; at < data.Length; at += header.Size)
        {
            ReadOnlySpan<byte> page = data.AsSpan(at, header.Size);
            decoder.Start(page, isCut: false);
            while (!decoder.IsDone)
            {
                int count = decoder.Decode(page, records);
                foreach (ref readonly EventRecord record in records.AsSpan(0, count))
                {
                    Assert.False(record.IsLost);
                    events.Add(objects.Event(record, 0));
                }
            }

            Assert.Equal(SubBufferFault.None, decoder.Fault);
        }

        return events;
    }

    /// <summary>What both have: a text has whole microseconds, hashed addresses, and no address of a page.</summary>
    public static string Same(KsmEvent item) => new StringBuilder()
        .AppendJoin(' ', item.Kind, item.Cpu, item.ThreadId, item.Command, item.Sequence, item.RmapItems, item.Pfn, item.RmapItem is null, item.Mm is null, item.HasKsmPage)
        .Append(' ')
        .AppendJoin(' ', item.Error, item.ScanTimeSeconds, item.PagesToScan, item.CpuPercent, item.TimeUnit)
        .ToString();
}
