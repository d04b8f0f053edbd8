using KsmTools.Errors;
using KsmTools.Rmap;
using KsmTools.Tracing.EventFormats;
using KsmTools.Tracing.RingBuffer;
using KsmTools.Tracing.Sessions;

namespace KsmTools.Tracing.Live;

/// <summary>Reads a session's rmap events out of its buffers.</summary>
/// <param name="session">A session of rmap events.</param>
/// <param name="symbols">A table to share with others.</param>
/// <param name="until">Waits for more until this <see cref="System.Diagnostics.Stopwatch"/> time, <see cref="long.MaxValue"/> for ever; null gives what is there.</param>
/// <exception cref="KsmToolsException">They cannot be opened, or their layout makes no sense.</exception>
internal sealed class LiveRmapReader(TraceSession session, SymbolTable symbols, long? until)
    : LiveReader<RmapRecord>(session, symbols, Open(session, symbols), until), IRmapReader
{
    public TraceFormat Format => TraceFormat.Auto;

    public bool Read(out ReadOnlySpan<RmapRecord> records, CancellationToken cancellationToken) => Read(out records, Until, cancellationToken);

    private static LiveBuffer<RmapRecord> Open(TraceSession session, SymbolTable symbols)
    {
        SubBufferHeader header = SessionLayout.Header(session, out int size);
        var context = new RecordContext
        {
            IsBigEndian = !BitConverter.IsLittleEndian,
            Header = header,
            Layouts = RecordLayouts.From(SessionLayout.Formats(session), RmapLayout.Of, session.Instance.Locate("events")),
            Threads = new LiveThreadNames(session.Tracing, symbols),
            Functions = SessionLayout.Functions(session, symbols),
            TimeUnit = TraceClock.UnitOf(session.Clock),
        };
        return new LiveBuffer<RmapRecord>(session, size, context.Decoder);
    }
}
