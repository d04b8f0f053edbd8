using KsmTools.Errors;
using KsmTools.Records;
using KsmTools.Tracing.Reading;

namespace KsmTools.Tracing;

/// <summary>What is to be told of one file of a trace.</summary>
/// <param name="reader">The file's reader.</param>
/// <param name="subject">What is read of it.</param>
internal sealed class PartReport(ITraceReader reader, TraceSubject subject)
{
    private bool _isEmpty = true;
    private bool _hasTicks;
    private LostTally _lost;
    private long _lostTold;

    /// <summary>Whether losses are not told yet.</summary>
    public bool HasLosses => _lost.Events > _lostTold;

    /// <summary>Whether losses were told before.</summary>
    public bool HasTold => _lostTold > 0;

    /// <summary>Notes whether there is anything, of a file that is read alone.</summary>
    public void Note(ReadOnlySpan<TraceRecord> records)
    {
        for (int i = 0; i < records.Length && _isEmpty; i++)
        {
            _isEmpty = records[i].Kind == TraceRecordKind.Lost;
        }
    }

    /// <summary>Notes whether there is anything, and what was lost, of one of several files.</summary>
    public void Note(in TraceRecord record)
    {
        if (record.Kind == TraceRecordKind.Lost)
        {
            _lost.Add(record);
        }
        else
        {
            _isEmpty = false;
            _hasTicks |= record.TimeUnit == RmapTimeUnit.Ticks;
        }
    }

    /// <summary>Notes events that the kernel lost.</summary>
    /// <param name="lost">How many, in all.</param>
    public void Lost(in LostTally lost) => _lost = lost;

    /// <summary>Says what was lost so far, of a trace that is still being written.</summary>
    public void TellLosses(KsmToolsCommand command)
    {
        _lostTold = _lost.Events;
        command.WriteWarning(subject.Lost(reader.Path, reader.Format, _lost.Events, _lost.IsLowerBound));
    }

    /// <summary>Says what was wrong with the file.</summary>
    /// <param name="command">Who tells.</param>
    /// <param name="hasTicks">Whether times are no nanoseconds, where that was seen elsewhere.</param>
    public void Finish(KsmToolsCommand command, bool hasTicks)
    {
        if (hasTicks || _hasTicks)
        {
            command.WriteWarning(MessageText.Format(ModuleMessages.TicksNotNanoseconds, reader.Path));
        }

        if (HasLosses)
        {
            command.WriteWarning(subject.Lost(reader.Path, reader.Format, _lost.Events, _lost.IsLowerBound));
        }

        if (reader.UnreadableEvents > 0)
        {
            command.WriteWarning(MessageText.Format(ModuleMessages.UnreadableEvents, reader.Path, reader.UnreadableEvents, reader.FirstUnreadableEvent));
        }

        if (_isEmpty && reader is { Length: > 0, FilteredEvents: 0, UnreadableEvents: 0, Failure: null })
        {
            command.WriteWarning(MessageText.Format(subject.NothingWanted, reader.Path, reader.OtherEvents));
        }

        // Of a session it is known.
        if (reader is { IsApproximate: true, Length: not null })
        {
            command.WriteWarning(MessageText.Format(ModuleMessages.WalksOfEntries, reader.Path));
        }

        if (reader.Failure is not null)
        {
            command.WriteError(ErrorRecords.From(reader.Failure));
        }
    }
}
