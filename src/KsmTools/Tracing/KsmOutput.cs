using System.Diagnostics;
using KsmTools.Errors;
using KsmTools.Rmap;
using KsmTools.Tracing.KsmEvents;
using KsmTools.Tracing.RingBuffer;

namespace KsmTools.Tracing;

/// <summary>Writes KSM's events to the pipeline, and reports what was lost.</summary>
/// <param name="command">Who writes.</param>
/// <param name="reader">Where the events come from.</param>
/// <param name="follows">Whether the reader follows a buffer that fills, so that losses are told as they come: nobody may be there at the end.</param>
internal sealed class KsmOutput(KsmToolsCommand command, IEventReader reader, bool follows)
{
    private static readonly TimeSpan WarnAtMostEvery = TimeSpan.FromSeconds(1);

    private readonly TraceReport _report = new(command, reader);
    private readonly KsmEventObjects _objects = new(reader.Symbols);
    private long _lostBefore;
    private long _lostInAll;
    private bool _lostIsLowerBound;
    private long _lostTold;
    private long _toldAt;
    private bool _hasTicks;

    /// <summary>Writes every event.</summary>
    public void WriteEvents(CancellationToken cancellationToken)
    {
        while (reader.Read(out ReadOnlySpan<EventRecord> records, cancellationToken))
        {
            _report.Progress(records.Length);
            foreach (ref readonly EventRecord record in records)
            {
                if (record.IsLost)
                {
                    Lose(record.LostCount);
                    continue;
                }

                _hasTicks |= record.TimeUnit == RmapTimeUnit.Ticks;
                command.WriteObject(_objects.Event(record, _lostBefore));
                _lostBefore = 0;
            }

            TellLosses();
        }

        if (!follows)
        {
            Warn(command, reader, _lostInAll, _lostIsLowerBound);
        }

        _report.Finish(_hasTicks);
    }

    /// <summary>Says how many events the kernel lost, if any.</summary>
    public static void Warn(KsmToolsCommand command, ITraceReader reader, long lost, bool isLowerBound)
    {
        if (lost > 0)
        {
            command.WriteWarning(MessageText.Format(isLowerBound ? ModuleMessages.KsmEventsLostAtLeast : ModuleMessages.KsmEventsLost, reader.Path, lost));
        }
    }

    private void Lose(long count)
    {
        long known = Math.Max(1, count);
        _lostBefore += known;
        _lostInAll += known;
        _lostIsLowerBound |= count <= 0;
    }

    private void TellLosses()
    {
        if (follows && _lostInAll > _lostTold && (_lostTold == 0 || Stopwatch.GetElapsedTime(_toldAt) > WarnAtMostEvery))
        {
            _lostTold = _lostInAll;
            _toldAt = Stopwatch.GetTimestamp();
            Warn(command, reader, _lostInAll, isLowerBound: true);
        }
    }
}
