using KsmTools.Errors;
using KsmTools.Records;
using KsmTools.Rmap;
using KsmTools.Tracing.Reading;

namespace KsmTools.Tracing;

/// <summary>Reads traces into a measurement, and reports what was lost or could not be read. A trace that cannot be read is an error of its own.</summary>
/// <param name="command">Who reads; errors, warnings and progress go to it.</param>
/// <param name="measurement">Takes the records.</param>
internal sealed class TraceMeasuring(KsmToolsCommand command, RmapWalkMeasurement measurement)
{
    /// <summary>Sees a trace before it is read.</summary>
    public Action<ITraceReader>? OnReader { get; init; }

    /// <summary>Sees the records, too.</summary>
    public Action<ReadOnlySpan<TraceRecord>>? OnRecords { get; init; }

    /// <summary>Hears that a trace is read.</summary>
    public Action? OnComplete { get; init; }

    /// <summary>Reads a trace.</summary>
    /// <param name="open">Opens it, with the measurement's symbol table.</param>
    public void Read(Func<ITraceReader> open)
    {
        bool hasRecords = false;
        try
        {
            using ITraceReader reader = open();
            OnReader?.Invoke(reader);
            var report = new TraceReport(command, reader, TraceSubject.Walks);
            LostTally lostBefore = measurement.Lost;
            bool hadTicks = measurement.HasTicks;
            long backwards = measurement.TimeBackwards;
            while (reader.Read(out ReadOnlySpan<TraceRecord> records, command.PipelineStopToken))
            {
                measurement.Add(records);
                hasRecords = true;
                OnRecords?.Invoke(records);
                report.Progress(records);
            }

            measurement.Complete(reader.Parts.Sum(part => part.UnreadableEvents), reader.Parts.All(part => part.Failure is null));
            OnComplete?.Invoke();
            report.Lost(measurement.Lost.Since(lostBefore));
            report.Finish(measurement.HasTicks && !hadTicks);
            TraceReport.TimeBackwards(command, measurement.TimeBackwards - backwards);
        }
        catch (KsmToolsException failure)
        {
            if (hasRecords)
            {
                measurement.Complete(unreadableEvents: 0, isWhole: false);
            }
            else
            {
                measurement.Complete();
            }

            OnComplete?.Invoke();
            command.WriteFailure(failure);
        }
    }
}
