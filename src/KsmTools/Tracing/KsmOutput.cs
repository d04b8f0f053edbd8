using KsmTools.Records;
using KsmTools.Tracing.KsmEvents;
using KsmTools.Tracing.Reading;

namespace KsmTools.Tracing;

/// <summary>Writes KSM's events to the pipeline, and reports what was lost.</summary>
/// <param name="command">Who writes.</param>
/// <param name="reader">Where the events come from.</param>
/// <param name="path">The file, for the objects; null of a session.</param>
internal sealed class KsmOutput(KsmToolsCommand command, ITraceReader reader, string? path = null) : EventOutput(command, reader, TraceSubject.Ksm)
{
    private readonly KsmEventObjects _objects = new(reader.Symbols) { Path = path };

    /// <inheritdoc/>
    protected override object EventOf(in TraceRecord record, in LostBefore lost) => _objects.Event(record, lost.Count);
}
