using System.Diagnostics;
using KsmTools.Errors;
using KsmTools.Rmap;

namespace KsmTools.Tracing;

/// <summary>Writes what a reader gives to the pipeline, as events or as walks, and reports what was lost or is unmatched.</summary>
/// <param name="command">Who writes.</param>
/// <param name="reader">Where the events come from.</param>
internal sealed class RmapOutput(KsmToolsCommand command, IRmapReader reader)
{
    private static readonly TimeSpan WarnAtMostEvery = TimeSpan.FromSeconds(1);

    private readonly TraceReport _report = new(command, reader);
    private readonly RecordObjects _objects = new(reader.Symbols);
    private LostBefore _lost;
    private bool _hasTicks;
    private long _lostInAll;
    private long _lostTold;
    private long _toldAt;

    /// <summary>Whether the reader follows a buffer that fills, so that nobody may be there to hear of losses at the end.</summary>
    public bool Follows { get; init; }

    /// <summary>Writes every event.</summary>
    public void WriteEvents(CancellationToken cancellationToken)
    {
        while (reader.Read(out ReadOnlySpan<RmapRecord> records, cancellationToken))
        {
            _report.Progress(records.Length);
            foreach (ref readonly RmapRecord record in records)
            {
                if (!IsLost(record))
                {
                    command.WriteObject(_objects.Event(record, _lost.Count, _lost.Cpu));
                    _lost = default;
                }
            }

            TellLosses();
        }

        _report.Finish(_hasTicks);
    }

    /// <summary>Writes every walk as its end comes.</summary>
    public void WriteWalks(CancellationToken cancellationToken)
    {
        var pairer = new RmapWalkPairer<WalkWriter>(new WalkWriter(command, _objects));
        while (reader.Read(out ReadOnlySpan<RmapRecord> records, cancellationToken))
        {
            _report.Progress(records.Length);
            foreach (ref readonly RmapRecord record in records)
            {
                _ = IsLost(record);
            }

            pairer.Pair(records);
            TellLosses();
        }

        pairer.Complete();
        _report.Finish(_hasTicks);
        TraceReport.Unmatched(command, pairer.UnmatchedStarts, pairer.UnmatchedEnds);
    }

    private bool IsLost(in RmapRecord record)
    {
        if (record.Kind != RmapRecordKind.Lost)
        {
            _hasTicks |= record.TimeUnit == RmapTimeUnit.Ticks;
            return false;
        }

        long count = Math.Max(1, record.LostCount);
        if (Follows)
        {
            _lostInAll += count;
        }
        else
        {
            _report.Lost(count, record.LostCount <= 0);
        }

        _lost.Add(record);
        return true;
    }

    private void TellLosses()
    {
        if (_lostInAll > _lostTold && (_lostTold == 0 || Stopwatch.GetElapsedTime(_toldAt) > WarnAtMostEvery))
        {
            _lostTold = _lostInAll;
            _toldAt = Stopwatch.GetTimestamp();
            command.WriteWarning(MessageText.Format(ModuleMessages.LostEventsAtLeast, reader.Path, _lostInAll));
        }
    }

    private struct LostBefore
    {
        public long Count;
        public int? Cpu;

        public void Add(in RmapRecord record)
        {
            int? cpu = record.Cpu == RmapRecord.AnyCpu ? null : record.Cpu;
            Cpu = Count == 0 || Cpu == cpu ? cpu : null;
            Count += Math.Max(1, record.LostCount);
        }
    }
}
