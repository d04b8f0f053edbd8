using KsmTools.Records;
using KsmTools.Tracing.Wanted;

namespace KsmTools.Tests.Traces;

/// <summary>How a line is read: as one of tracefs, or of perf script.</summary>
internal delegate LineKind LineReading(ReadOnlySpan<byte> line, WantedEvents wanted, SymbolCache symbols, SymbolTable names, ref TraceRecord record);
