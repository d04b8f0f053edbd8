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
    private readonly PartReport[] _parts = [.. reader.Parts.Select(part => new PartReport(part, subject))];
    private bool _showsProgress;
    private long _toldAt;

    /// <summary>Whether the trace is still being written, so that nobody may be there to hear of losses at the end.</summary>
    public bool Follows { get; set; }

    /// <summary>Shows how far the file is read, a few times a second.</summary>
    /// <param name="records">The records that were read since.</param>
    public void Progress(ReadOnlySpan<TraceRecord> records)
    {
        if (_parts is [var only])
        {
            only.Note(records);
        }
        else
        {
            foreach (ref readonly TraceRecord record in records)
            {
                _parts[record.Source].Note(record);
            }
        }

        if (Environment.TickCount64 - _lastProgress < ProgressEvery.TotalMilliseconds
            || reader.Length is not (> LeastForProgress and var length))
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

    /// <summary>Notes events that the kernel lost; of several files, <see cref="Progress"/> sees by itself which lost them.</summary>
    /// <param name="lost">How many, in all.</param>
    public void Lost(in LostTally lost)
    {
        if (_parts is [var only])
        {
            only.Lost(lost);
        }
    }

    /// <summary>Says what was lost so far, of a trace that is still being written: at once, then now and then.</summary>
    public void TellLosses()
    {
        if (Follows && _parts[0].HasLosses && (!_parts[0].HasTold || Stopwatch.GetElapsedTime(_toldAt) > WarnAtMostEvery))
        {
            _toldAt = Stopwatch.GetTimestamp();
            _parts[0].TellLosses(command);
        }
    }

    /// <summary>Takes the progress away and says what was wrong with the trace.</summary>
    public void Finish(bool hasTicks)
    {
        if (_showsProgress)
        {
            command.WriteProgress(new ProgressRecord(_activity, reader.Path, " ") { RecordType = ProgressRecordType.Completed });
        }

        foreach (PartReport part in _parts)
        {
            part.Finish(command, hasTicks && _parts.Length == 1);
        }
    }

    /// <summary>Says how many ends come before their starts by the clock.</summary>
    public static void TimeBackwards(KsmToolsCommand command, long pairs)
    {
        if (pairs > 0)
        {
            command.WriteWarning(MessageText.Format(ModuleMessages.TimeBackwards, pairs));
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
