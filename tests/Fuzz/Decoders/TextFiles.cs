using KsmTools.Tracing.Reading;
using KsmTools.Tracing.TraceFiles;
using KsmTools.Tracing.TraceText;

namespace KsmTools.Fuzz.Decoders;

/// <summary>Whole files of text, plain or packed with gzip. Blocks are short, so that lines lie across them.</summary>
internal sealed class TextFiles(string name) : IFuzzedDecoder
{
    private static readonly int[] BlockSizes = [64, 300, 1024, 4096];

    public string Name => name;

    public void Decode(ArraySegment<byte> input, Reading reading)
    {
        reading.AnyTime = true;
        int size = BlockSizes[(input.Count + (input.Count == 0 ? 0 : input[^1])) % BlockSizes.Length];

        // A file that is packed may hold a thousand times as much.
        reading.Unpacks = true;
        reading.ReadAll(new TextTraceReader(TraceFile.Of("trace.txt", input), AllEvents.For(input), TraceFormat.Auto, reading.Symbols, size, size, helpers: 0));
    }
}
