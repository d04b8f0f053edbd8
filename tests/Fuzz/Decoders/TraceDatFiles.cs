using KsmTools.Tracing.TraceDat;
using KsmTools.Tracing.TraceFiles;

namespace KsmTools.Fuzz.Decoders;

/// <summary>Whole trace.dat files of both versions.</summary>
internal sealed class TraceDatFiles : IFuzzedDecoder
{
    public string Name => "trace-dat";

    public void Decode(ArraySegment<byte> input, Reading reading)
    {
        // Options may convert times into anything of 62 bits, and several CPUs may have the same data.
        reading.AnyTime = true;
        reading.Unpacks = true;
        reading.ReadAll(TraceDatReader.Open(TraceFile.Of("trace.dat", input), AllEvents.WithStacks, reading.Symbols));
    }
}
