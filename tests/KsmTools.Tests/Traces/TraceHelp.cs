using System.IO.Compression;
using System.Text;
using KsmTools.Errors;
using KsmTools.Records;
using KsmTools.Rmap;
using KsmTools.Tracing;
using KsmTools.Tracing.MigrationPte;
using KsmTools.Tracing.Reading;
using KsmTools.Tracing.TraceFiles;
using KsmTools.Tracing.TraceText;

namespace KsmTools.Tests.Traces;

/// <summary>Reads traces from memory, in every way that the reader can.</summary>
internal static class TraceHelp
{
    public const string Header = "# tracer: nop\n#\n# entries-in-buffer/entries-written: 2/2   #P:1\n#\n";

    public static (List<TraceRecord> Records, ITraceReader Reader) ReadFile(string path, int blockSize = 1 << 18, int readSize = 1 << 18, int helpers = 1)
    {
        var records = new List<TraceRecord>();
        using var reader = new TextTraceReader(TraceFile.Open(path), WalkReader.Wanted, TraceFormat.Auto, new SymbolTable(), blockSize, readSize, helpers);
        while (reader.Read(out ReadOnlySpan<TraceRecord> next, CancellationToken.None))
        {
            records.AddRange(next);
        }

        return (records, reader);
    }

    public static (List<TraceRecord> Records, ITraceReader Reader) Read(byte[] text, int blockSize = 1 << 18, int readSize = 1 << 18, int helpers = 1)
    {
        string path = Path.GetTempFileName();
        try
        {
            File.WriteAllBytes(path, text);
            return ReadFile(path, blockSize, readSize, helpers);
        }
        finally
        {
            File.Delete(path);
        }
    }

    public static (List<TraceRecord> Records, ITraceReader Reader) Read(string text) => Read(Encoding.UTF8.GetBytes(text));

    /// <summary>The events of a text, as objects.</summary>
    public static List<RmapEvent> Events(string text)
    {
        (List<TraceRecord> records, ITraceReader reader) = Read(text);
        var objects = new RecordObjects(reader.Symbols);
        return [.. records.Where(record => record.Kind != TraceRecordKind.Lost).Select(record => objects.Event(record, default))];
    }

    public static KsmToolsException Fails(string text) => Assert.Throws<KsmToolsException>(() => Read(text));

    public static IReadOnlyList<RmapWalkStatistics> Measure(string path, RmapGroupBy by = RmapGroupBy.PageType)
    {
        using ITraceReader reader = TraceReaders.OpenWalks(path);
        var measurement = new RmapWalkMeasurement(by, reader.Symbols);
        while (reader.Read(out ReadOnlySpan<TraceRecord> records, CancellationToken.None))
        {
            measurement.Add(records);
        }

        return measurement.Statistics();
    }

    public static byte[] Gzip(byte[] data)
    {
        var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionLevel.Fastest))
        {
            gzip.Write(data);
        }

        return packed.ToArray();
    }

    public static byte[] Unpacked(string path)
    {
        using Stream file = File.OpenRead(path);
        using Stream text = path.EndsWith(".gz", StringComparison.Ordinal) ? new GZipStream(file, CompressionMode.Decompress) : file;
        var bytes = new MemoryStream();
        text.CopyTo(bytes);
        return bytes.ToArray();
    }
}
