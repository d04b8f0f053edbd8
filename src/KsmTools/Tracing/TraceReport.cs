using System.Diagnostics;
using System.Globalization;
using System.Management.Automation;
using KsmTools.Errors;
using KsmTools.Records;
using KsmTools.Tracing.Reading;

namespace KsmTools.Tracing;

/// <summary>What a command tells about a trace besides its events: how far it is, and what was lost or could not be read.</summary>
/// <param name="command">Who tells.</param>
/// <param name="reader">The trace.</param>
/// <param name="subject">What is read of it.</param>
internal sealed class TraceReport(KsmToolsCommand command, ITraceReader reader, TraceSubject subject)
{
    private static readonly TimeSpan WarnAtMostEvery = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan ProgressEvery = TimeSpan.FromMilliseconds(200);

    // Below this much nobody would see a progress bar.
    private const long LeastForProgress = 16 << 20;

    private readonly int _activity = Environment.CurrentManagedThreadId + 1_000;
    private long _lastProgress = Environment.TickCount64;
    private bool _showsProgress;
    private long _lost;
    private bool _lostIsLowerBound;
    private long _lostTold;
    private long _toldAt;
    private bool _isEmpty = true;

    /// <summary>Whether the trace is still being written, so that nobody may be there to hear of losses at the end.</summary>
    public bool Follows { get; set; }

    /// <summary>Shows how far the file is read, a few times a second.</summary>
    /// <param name="records">The records that were read since.</param>
    public void Progress(ReadOnlySpan<TraceRecord> records)
    {
        for (int i = 0; i < records.Length && _isEmpty; i++)
        {
            _isEmpty = records[i].Kind == TraceRecordKind.Lost;
        }

        if (reader.Length is not (> LeastForProgress and var length)
            || Environment.TickCount64 - _lastProgress < ProgressEvery.TotalMilliseconds)
        {
            return;
        }

        _lastProgress = Environment.TickCount64;
        _showsProgress = true;
        command.WriteProgress(new ProgressRecord(
            _activity,
            MessageText.Format(ModuleMessages.ReadingTrace, System.IO.Path.GetFileName(reader.Path)),
            string.Create(CultureInfo.InvariantCulture, $"{reader.Position >> 20} / {length >> 20} MiB"))
        {
            PercentComplete = (int)Math.Min(100, reader.Position * 100.0 / length),
        });
    }

    /// <summary>Notes events that the kernel lost.</summary>
    /// <param name="count">How many.</param>
    /// <param name="isLowerBound">Whether there may be more.</param>
    public void Lost(long count, bool isLowerBound)
    {
        _lost += count;
        _lostIsLowerBound |= isLowerBound;
    }

    /// <summary>Says what was lost so far, of a trace that is still being written: at once, then now and then.</summary>
    public void TellLosses()
    {
        if (Follows && _lost > _lostTold && (_lostTold == 0 || Stopwatch.GetElapsedTime(_toldAt) > WarnAtMostEvery))
        {
            _lostTold = _lost;
            _toldAt = Stopwatch.GetTimestamp();
            command.WriteWarning(MessageText.Format(subject.LostAtLeast, reader.Path, _lost));
        }
    }

    /// <summary>Takes the progress away and says what was wrong with the trace.</summary>
    public void Finish(bool hasTicks)
    {
        if (_showsProgress)
        {
            command.WriteProgress(new ProgressRecord(_activity, reader.Path, " ") { RecordType = ProgressRecordType.Completed });
        }

        if (hasTicks)
        {
            command.WriteWarning(MessageText.Format(ModuleMessages.TicksNotNanoseconds, reader.Path));
        }

        if (_lost > _lostTold)
        {
            command.WriteWarning(MessageText.Format(_lostIsLowerBound ? subject.LostAtLeast : subject.Lost, reader.Path, _lost));
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

    /// <summary>Says how many events are in no walk.</summary>
    public static void Unmatched(KsmToolsCommand command, long starts, long ends)
    {
        if (starts + ends > 0)
        {
            command.WriteWarning(MessageText.Format(ModuleMessages.UnmatchedEvents, starts, ends));
        }
    }
}
