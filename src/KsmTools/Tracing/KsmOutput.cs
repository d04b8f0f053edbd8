using KsmTools.Records;
using KsmTools.Tracing.KsmEvents;
using KsmTools.Tracing.Reading;

namespace KsmTools.Tracing;

/// <summary>Writes KSM's events to the pipeline, and reports what was lost.</summary>
/// <param name="command">Who writes.</param>
/// <param name="reader">Where the events come from.</param>
internal sealed class KsmOutput(KsmToolsCommand command, ITraceReader reader) : EventOutput(command, reader, TraceSubject.Ksm)
{
    private readonly KsmEventObjects _objects = new(reader.Symbols);

    /// <inheritdoc/>
    protected override object EventOf(in TraceRecord record, in LostBefore lost) => _objects.Event(record, lost.Count);
}
