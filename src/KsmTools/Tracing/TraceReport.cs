using System.Globalization;
using System.Management.Automation;
using KsmTools.Errors;

namespace KsmTools.Tracing;

/// <summary>What a command tells about a trace besides its events: how far it is, and what was lost or could not be read.</summary>
internal sealed class TraceReport(KsmToolsCommand command, ITraceReader reader)
{
    private static readonly TimeSpan ProgressEvery = TimeSpan.FromMilliseconds(200);

    // Below this much nobody would see a progress bar.
    private const long LeastForProgress = 16 << 20;

    private readonly int _activity = Environment.CurrentManagedThreadId + 1_000;
    private long _lastProgress = Environment.TickCount64;
    private bool _showsProgress;
    private long _lost;
    private bool _lostIsLowerBound;
    private bool _isEmpty = true;

    /// <summary>Shows how far the file is read, a few times a second.</summary>
    /// <param name="records">How many records were read since.</param>
    public void Progress(int records)
    {
        _isEmpty &= records == 0;
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

        if (_lost > 0)
        {
            command.WriteWarning(MessageText.Format(_lostIsLowerBound ? ModuleMessages.LostEventsAtLeast : ModuleMessages.LostEvents, reader.Path, _lost));
        }

        if (reader.UnreadableEvents > 0)
        {
            command.WriteWarning(MessageText.Format(ModuleMessages.UnreadableEvents, reader.Path, reader.UnreadableEvents, reader.FirstUnreadableEvent));
        }

        if (_isEmpty && reader is { Length: > 0, UnreadableEvents: 0, Failure: null })
        {
            command.WriteWarning(MessageText.Format(ModuleMessages.NoWantedEvents, reader.Path));
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
