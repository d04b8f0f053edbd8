using KsmTools.Records;
using KsmTools.Tracing.Reading;

namespace KsmTools.Tracing;

/// <summary>Reads for the pipeline, and reports what was lost.</summary>
/// <param name="command">Who writes.</param>
/// <param name="reader">Where the events come from.</param>
/// <param name="subject">What they are.</param>
internal abstract class TraceOutput(KsmToolsCommand command, ITraceReader reader, TraceSubject subject)
{
    private readonly TraceReport _report = new(command, reader, subject);
    private bool _hasTicks;
    private LostTally _lost;

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

        _lost.Add(record);
        _report.Lost(_lost);
        return true;
    }

    /// <summary>Says what was wrong with the trace.</summary>
    protected void Finish() => _report.Finish(_hasTicks);
}
