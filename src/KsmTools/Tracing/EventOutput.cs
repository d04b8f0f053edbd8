using KsmTools.Records;
using KsmTools.Tracing.Reading;

namespace KsmTools.Tracing;

/// <summary>Writes what a reader gives to the pipeline, and reports what was lost.</summary>
/// <param name="command">Who writes.</param>
/// <param name="reader">Where the events come from.</param>
/// <param name="subject">What they are.</param>
internal abstract class EventOutput(KsmToolsCommand command, ITraceReader reader, TraceSubject subject)
{
    private readonly TraceReport _report = new(command, reader, subject);
    private LostBefore _lost;
    private bool _hasTicks;

    /// <summary>Whether the reader follows a buffer that fills, so that losses are told as they come: nobody may be there at the end.</summary>
    public bool Follows
    {
        get => _report.Follows;
        init => _report.Follows = value;
    }

    /// <summary>Who writes.</summary>
    protected KsmToolsCommand Command { get; } = command;

    /// <summary>Where the events come from.</summary>
    protected ITraceReader Reader { get; } = reader;

    /// <summary>Writes every event.</summary>
    public void WriteEvents(CancellationToken cancellationToken)
    {
        while (Read(out ReadOnlySpan<TraceRecord> records, cancellationToken))
        {
            foreach (ref readonly TraceRecord record in records)
            {
                if (!IsLost(record))
                {
                    Command.WriteObject(EventOf(record, _lost));
                    _lost = default;
                }
            }
        }

        Finish();
    }

    /// <summary>The object of an event.</summary>
    /// <param name="record">Its record.</param>
    /// <param name="lost">What was lost right before it.</param>
    protected abstract object EventOf(in TraceRecord record, in LostBefore lost);

    /// <summary>The next records.</summary>
    protected bool Read(out ReadOnlySpan<TraceRecord> records, CancellationToken cancellationToken)
    {
        _report.TellLosses();
        bool any = Reader.Read(out records, cancellationToken);
        _report.Progress(records);
        return any;
    }

    /// <summary>Notes what a record tells; gives whether it is a mark that events were lost.</summary>
    protected bool IsLost(in TraceRecord record)
    {
        if (record.Kind != TraceRecordKind.Lost)
        {
            _hasTicks |= record.TimeUnit == RmapTimeUnit.Ticks;
            return false;
        }

        _report.Lost(record.KnownLost, record.LostCount <= 0);
        _lost.Add(record);
        return true;
    }

    /// <summary>Says what was wrong with the trace.</summary>
    protected void Finish() => _report.Finish(_hasTicks);
}
