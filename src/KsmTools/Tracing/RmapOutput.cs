using KsmTools.Records;
using KsmTools.Rmap;
using KsmTools.Tracing.Reading;

namespace KsmTools.Tracing;

/// <summary>Writes what a reader gives to the pipeline, as events or as walks, and reports what was lost or is unmatched.</summary>
/// <param name="command">Who writes.</param>
/// <param name="reader">Where the events come from.</param>
/// <param name="filter">The walks that are wanted.</param>
/// <param name="paths">The files, for the objects; none of a session.</param>
internal sealed class RmapOutput(KsmToolsCommand command, ITraceReader reader, RecordFilter filter, params IReadOnlyList<string> paths) : EventOutput(command, reader, TraceSubject.Walks)
{
    private readonly RecordObjects _objects = new(reader.Symbols) { Paths = paths };

    /// <summary>Writes every walk as its end comes.</summary>
    public void WriteWalks(CancellationToken cancellationToken)
    {
        var pairer = new RmapWalkPairer<WalkWriter>(new WalkWriter(Command, _objects), filter, Reader.Symbols);
        while (Read(out ReadOnlySpan<TraceRecord> records, cancellationToken))
        {
            foreach (ref readonly TraceRecord record in records)
            {
                _ = IsLost(record);
            }

            pairer.Pair(records);
        }

        pairer.Complete();
        Finish();
        TraceReport.TimeBackwards(Command, pairer.TimeBackwards);
        TraceReport.Unmatched(Command, pairer.UnmatchedStarts, pairer.UnmatchedEnds);
    }

    /// <inheritdoc/>
    protected override object EventOf(in TraceRecord record, in LostBefore lost) => _objects.Event(record, lost);
}
