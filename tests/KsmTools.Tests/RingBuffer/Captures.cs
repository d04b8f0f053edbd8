using KsmTools.Records;
using KsmTools.Rmap;
using KsmTools.Tests.Support;
using KsmTools.Tests.Traces;
using KsmTools.Tracing;
using KsmTools.Tracing.Reading;
using KsmTools.Tracing.RingBuffer;

namespace KsmTools.Tests.RingBuffer;

/// <summary>Opens the captures' sub-buffers, and reads any trace into objects.</summary>
internal static class Captures
{
    public static (List<RmapEvent> Events, long Lost, ITraceReader Reader) Read(ITraceReader opened)
    {
        var events = new List<RmapEvent>();
        long lost = 0;
        using ITraceReader reader = opened;
        var objects = new RecordObjects(reader.Symbols);
        while (reader.Read(out ReadOnlySpan<TraceRecord> records, CancellationToken.None))
        {
            foreach (ref readonly TraceRecord record in records)
            {
                if (record.Kind == TraceRecordKind.Lost)
                {
                    lost += record.LostCount;
                }
                else
                {
                    events.Add(objects.Event(record, default));
                }
            }
        }

        return (events, lost, reader);
    }

    public static (List<RmapEvent> Events, long Lost, ITraceReader Reader) ReadFile(string path, TraceFormat format = TraceFormat.Auto) =>
        Read(TraceReaders.OpenWalks(path, format));

    /// <summary>The sub-buffers of a capture.</summary>
    /// <param name="folder">Such as <c>6.12-native</c>.</param>
    /// <param name="name">Such as <c>ksm</c>.</param>
    /// <param name="use">What to do with the reader while its files are there.</param>
    /// <param name="texts">The folder of the formats, if another.</param>
    /// <param name="clock">The trace clock.</param>
    public static T Raw<T>(string folder, string name, Func<ITraceReader, T> use, string? texts = null, string clock = "local")
    {
        using var temporary = new TemporaryFolder();
        string data = Path.Combine(temporary.Path, "cpu0");
        File.WriteAllBytes(data, TraceHelp.Unpacked(Data($"{folder}/{name}.raw.gz")));
        texts ??= folder;
        var buffer = new RawBuffer
        {
            Files = [(0, data)],
            HeaderPage = File.ReadAllBytes(Data($"{texts}/header_page")),
            Formats = [File.ReadAllBytes(Data($"{texts}/rmap_walk_start.format")), File.ReadAllBytes(Data($"{texts}/rmap_walk_end.format"))],
            SavedCommands = Maybe($"{folder}/{name}.saved_cmdlines"),
            KernelSymbols = Maybe($"{folder}/kallsyms"),
            Clock = clock,
        };
        return use(TraceReaders.OpenWalks(buffer));
    }

    public static string Data(string name) => Checkout.Data("captures/" + name);

    private static byte[] Maybe(string name) => File.Exists(Data(name)) ? File.ReadAllBytes(Data(name)) : [];
}
