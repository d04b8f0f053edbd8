using KsmTools.Tracing.PerfData;
using KsmTools.Tracing.TraceFiles;

namespace KsmTools.Fuzz.Decoders;

/// <summary>Whole perf.data files, or what perf record writes to a pipe.</summary>
internal sealed class PerfDataFiles(string name) : IFuzzedDecoder
{
    public string Name => name;

    public void Decode(ArraySegment<byte> input, Reading reading)
    {
        reading.Unpacks = true;
        reading.ReadAll(PerfDataReader.Open(TraceFile.Of("perf.data", input), AllEvents.WithStacks, reading.Symbols));
    }
}
