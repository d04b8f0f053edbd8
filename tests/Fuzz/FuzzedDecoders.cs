using KsmTools.Fuzz.Decoders;
using KsmTools.Tracing.Reading;

namespace KsmTools.Fuzz;

/// <summary>The decoders that are fed.</summary>
internal static class FuzzedDecoders
{
    public static IReadOnlyList<IFuzzedDecoder> All { get; } =
    [
        new SubBuffers(),
        new EventRecords(),
        new Formats(),
        new Names(),
        new TextLines("trace-text", TraceFormat.Text),
        new TextLines("perf-script", TraceFormat.PerfScript),
        new TextFiles("text-file"),
        new TextFiles("gzip"),
        new TraceDatFiles(),
        new PerfDataFiles("perf-data"),
        new PerfDataFiles("perf-pipe"),
        new MigrationText(),
        new SessionTexts(),
    ];

    public static IFuzzedDecoder? Find(string name) => All.FirstOrDefault(decoder => decoder.Name == name);
}
