using KsmTools.Records;
using KsmTools.Tracing.Reading;

namespace KsmTools.Tracing;

/// <summary>Writes what a reader gives to the pipeline, an object for each event, and reports what was lost.</summary>
/// <param name="command">Who writes.</param>
/// <param name="reader">Where the events come from.</param>
/// <param name="subject">What they are.</param>
internal abstract class EventOutput(KsmToolsCommand command, ITraceReader reader, TraceSubject subject) : TraceOutput(command, reader, subject)
{
    /// <summary>Writes every event.</summary>
    public void WriteEvents(CancellationToken cancellationToken)
    {
        // Each file's own.
        LostBefore[] lost = new LostBefore[Reader.Parts.Count];
        while (Read(out ReadOnlySpan<TraceRecord> records, cancellationToken))
        {
            foreach (ref readonly TraceRecord record in records)
            {
                if (IsLost(record))
                {
                    lost[record.Source].Add(record);
                    continue;
                }

                Command.WriteObject(EventOf(record, lost[record.Source]));
                lost[record.Source] = default;
            }
        }

        Finish();
    }

    /// <summary>The object of an event.</summary>
    /// <param name="record">Its record.</param>
    /// <param name="lost">What was lost right before it.</param>
    protected abstract object EventOf(in TraceRecord record, in LostBefore lost);
}
