using KsmTools.Errors;
using KsmTools.Records;
using KsmTools.Tracing.Contention;
using KsmTools.Tracing.Reading;

namespace KsmTools.Tracing;

/// <summary>Writes waits for locks to the pipeline, and reports what was lost or has no end.</summary>
/// <param name="command">Who writes.</param>
/// <param name="reader">Where the events come from.</param>
/// <param name="filter">The waits that are wanted.</param>
/// <param name="paths">The files, for the objects; none of a session.</param>
internal sealed class WaitOutput(KsmToolsCommand command, ITraceReader reader, RecordFilter filter, params IReadOnlyList<string> paths) : TraceOutput(command, reader, TraceSubject.Waits)
{
    private readonly LockWaits _waits = new(reader.Symbols) { Paths = paths };

    /// <summary>Writes every wait as its end comes.</summary>
    public void WriteWaits(CancellationToken cancellationToken)
    {
        var pairer = new LockWaitPairer(filter, Reader.Symbols);
        while (Read(out ReadOnlySpan<TraceRecord> records, cancellationToken))
        {
            foreach (ref readonly TraceRecord record in records)
            {
                _ = IsLost(record);
                if (pairer.Take(record, out TraceRecord begin))
                {
                    Command.WriteObject(_waits.Wait(begin, record));
                }
            }
        }

        pairer.Complete();
        Finish();
        TraceReport.TimeBackwards(Command, pairer.TimeBackwards);
        if (pairer.Unended > 0)
        {
            Command.WriteWarning(MessageText.Format(ModuleMessages.UnendedWaits, pairer.Unended));
        }
    }
}
