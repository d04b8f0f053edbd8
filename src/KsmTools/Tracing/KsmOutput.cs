using KsmTools.Records;
using KsmTools.Tracing.KsmEvents;
using KsmTools.Tracing.Reading;

namespace KsmTools.Tracing;

/// <summary>Writes KSM's events to the pipeline, and reports what was lost.</summary>
/// <param name="command">Who writes.</param>
/// <param name="reader">Where the events come from.</param>
/// <param name="paths">The files, for the objects; none of a session.</param>
internal sealed class KsmOutput(KsmToolsCommand command, ITraceReader reader, params IReadOnlyList<string> paths) : EventOutput(command, reader, TraceSubject.Ksm)
{
    private readonly KsmEventObjects _objects = new(reader.Symbols) { Paths = paths };

    /// <inheritdoc/>
    protected override object EventOf(in TraceRecord record, in LostBefore lost) => _objects.Event(record, lost);
}
