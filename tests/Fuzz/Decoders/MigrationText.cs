using System.Runtime.InteropServices;
using KsmTools.Tracing.MigrationPte;
using KsmTools.Tracing.Reading;
using KsmTools.Tracing.TraceFiles;
using KsmTools.Tracing.TraceText;

namespace KsmTools.Fuzz.Decoders;

/// <summary>Text of the migration tracepoints.</summary>
internal sealed class MigrationText : IFuzzedDecoder
{
    // Short, so that lines lie across blocks.
    private const int BlockSize = 512;

    private static readonly Architecture[] Architectures = [Architecture.X64, Architecture.Arm64, Architecture.S390x];

    public string Name => "migration-pte";

    public void Decode(ArraySegment<byte> input, Reading reading)
    {
        reading.AnyTime = true;
        reading.ReadAll(new WalkReader(
            new TextTraceReader(TraceFile.Of("trace.txt", input), WalkReader.Wanted, TraceFormat.Auto, reading.Symbols, BlockSize, BlockSize, helpers: 0), Architectures[input.Count % Architectures.Length]));
    }
}
