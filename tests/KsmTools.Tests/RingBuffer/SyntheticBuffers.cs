using KsmTools.Errors;
using KsmTools.Records;
using KsmTools.Tests.Support;
using KsmTools.Tracing;
using KsmTools.Tracing.Reading;
using KsmTools.Tracing.RingBuffer;

namespace KsmTools.Tests.RingBuffer;

/// <summary>Reads sub-buffers that tests wrote, one file a CPU.</summary>
internal static class SyntheticBuffers
{
    public static (List<TraceRecord> Records, KsmToolsException? Failure) Read(SubBufferWriter writer, bool relative, params byte[][] cpus)
    {
        using var folder = new TemporaryFolder();
        var files = new List<(int, string)>();
        for (int cpu = 0; cpu < cpus.Length; cpu++)
        {
            string path = Path.Combine(folder.Path, $"cpu{cpu}");
            File.WriteAllBytes(path, cpus[cpu]);
            files.Add((cpu, path));
        }

        var buffer = new RawBuffer
        {
            Files = files,
            HeaderPage = writer.HeaderPage(),
            Formats =
            [
                writer.Format("rmap_walk_start", SubBufferWriter.StartId, relative),
                writer.Format("rmap_walk_end", SubBufferWriter.EndId, relative),
            ],
            SavedCommands = "42 a b-c:[1]\n"u8.ToArray(),
            IsBigEndian = writer.IsBigEndian,
        };
        using ITraceReader reader = TraceReaders.OpenWalks(buffer);
        var records = new List<TraceRecord>();
        while (reader.Read(out ReadOnlySpan<TraceRecord> next, CancellationToken.None))
        {
            records.AddRange(next);
        }

        return (records, reader.Failure);
    }

    public static (List<TraceRecord> Records, KsmToolsException? Failure) Read(SubBufferWriter writer, params byte[][] pages) => Read(writer, false, [.. pages.SelectMany(page => page)]);

    public static byte[] Start(this SubBufferWriter writer, ulong folio, int thread = 42) => writer.Record(SubBufferWriter.StartId, thread, folio, 0x1000, "ksm", true);

    public static byte[] End(this SubBufferWriter writer, ulong folio, int thread = 42) => writer.Record(SubBufferWriter.EndId, thread, folio, 0x1000, "ksm", true);
}
