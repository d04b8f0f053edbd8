using KsmTools.Errors;
using KsmTools.Rmap;
using KsmTools.Tracing.EventFormats;
using KsmTools.Tracing.RingBuffer;
using KsmTools.Tracing.Sessions;

namespace KsmTools.Tracing.Live;

/// <summary>Reads wanted events out of a session's buffers.</summary>
/// <param name="session">The session.</param>
/// <param name="symbols">A table to share with others.</param>
/// <param name="events">The wanted events; those that the session has not are passed over.</param>
/// <param name="until">Waits for more until this <see cref="System.Diagnostics.Stopwatch"/> time, <see cref="long.MaxValue"/> for ever; null gives what is there.</param>
/// <exception cref="KsmToolsException">They cannot be opened, or their layout makes no sense.</exception>
internal sealed class LiveEventReader(TraceSession session, SymbolTable symbols, IReadOnlyList<WantedEvent> events, long? until)
    : LiveReader<EventRecord>(session, symbols, LiveEvents.Open(session, symbols, events), until), IEventReader
{
    public bool Read(out ReadOnlySpan<EventRecord> records, CancellationToken cancellationToken) => Read(out records, Until, cancellationToken);
}
