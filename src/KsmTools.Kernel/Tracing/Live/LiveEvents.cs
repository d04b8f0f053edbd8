using KsmTools.Errors;
using KsmTools.Rmap;
using KsmTools.Tracing.EventFormats;
using KsmTools.Tracing.RingBuffer;
using KsmTools.Tracing.Sessions;

namespace KsmTools.Tracing.Live;

/// <summary>Opens a session's buffers to read wanted events out of them.</summary>
internal static class LiveEvents
{
    /// <summary>Opens them.</summary>
    /// <param name="session">The session.</param>
    /// <param name="symbols">A table to share with others.</param>
    /// <param name="events">The wanted events; those that the session has not are passed over.</param>
    /// <exception cref="KsmToolsException">They cannot be opened, or their layout makes no sense.</exception>
    public static LiveBuffer<EventRecord> Open(TraceSession session, SymbolTable symbols, IReadOnlyList<WantedEvent> events)
    {
        SubBufferHeader header = SessionLayout.Header(session, out int size);
        var context = new EventContext
        {
            IsBigEndian = !BitConverter.IsLittleEndian,
            Header = header,
            Layouts = RecordLayouts.From(SessionLayout.Formats(session), format => WantedEvent.LayoutOf(events, format), session.Instance.Locate("events")),
            Threads = new LiveThreadNames(session.Tracing, symbols),
            TimeUnit = TraceClock.UnitOf(session.Clock),
        };
        return new LiveBuffer<EventRecord>(session, size, context.Decoder);
    }
}
