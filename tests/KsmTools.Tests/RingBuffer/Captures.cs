using KsmTools.Rmap;
using KsmTools.Tests.Support;
using KsmTools.Tests.Traces;
using KsmTools.Tracing;
using KsmTools.Tracing.RingBuffer;

namespace KsmTools.Tests.RingBuffer;

/// <summary>Opens the captures' sub-buffers, and reads any trace into objects.</summary>
internal static class Captures
{
    public static (List<RmapEvent> Events, long Lost, IRmapReader Reader) Read(IRmapReader opened)
    {
        var events = new List<RmapEvent>();
        long lost = 0;
        using IRmapReader reader = opened;
        var objects = new RecordObjects(reader.Symbols);
        while (reader.Read(out ReadOnlySpan<RmapRecord> records, CancellationToken.None))
        {
            foreach (ref readonly RmapRecord record in records)
            {
                if (record.Kind == RmapRecordKind.Lost)
                {
                    lost += record.LostCount;
                }
                else
                {
                    events.Add(objects.Event(record, 0, null));
                }
            }
        }

        return (events, lost, reader);
    }

    public static (List<RmapEvent> Events, long Lost, IRmapReader Reader) ReadFile(string path, TraceFormat format = TraceFormat.Auto) =>
        Read(TraceReaders.Open(path, format));

    /// <summary>The sub-buffers of a capture.</summary>
    /// <param name="folder">Such as <c>6.12-native</c>.</param>
    /// <param name="name">Such as <c>ksm</c>.</param>
    /// <param name="use">What to do with the reader while its files are there.</param>
    /// <param name="texts">The folder of the formats, if another.</param>
    /// <param name="clock">The trace clock.</param>
    public static T Raw<T>(string folder, string name, Func<IRmapReader, T> use, string? texts = null, string clock = "local")
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
        return use(buffer.Open());
    }

    public static string Data(string name) => Checkout.Data("captures/" + name);

    private static byte[] Maybe(string name) => File.Exists(Data(name)) ? File.ReadAllBytes(Data(name)) : [];
}
