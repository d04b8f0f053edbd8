using KsmTools.Records;
using KsmTools.Tracing.Reading;

namespace KsmTools.Tracing.RingBuffer;

/// <summary>Merges the records of many CPUs of a file by time. Their next records (<see cref="StreamHeap"/>) are all that is held besides the CPUs' own batches.</summary>
internal sealed class StreamMerger(IReadOnlyList<CpuStream> streams) : IRecordBatches
{
    private readonly StreamHeap _heap = new(streams);
    private int _started;

    /// <inheritdoc/>
    public int Fill(Span<TraceRecord> into, out bool isEnded, CancellationToken cancellationToken)
    {
        for (; _started < streams.Count; _started++)
        {
            if (!TryRefill(streams[_started], cancellationToken))
            {
                throw new OperationCanceledException(cancellationToken);
            }

            if (_started == streams.Count - 1)
            {
                _heap.Fill();
            }
        }

        int filled = 0;
        while (filled < into.Length && _heap.Count > 0)
        {
            CpuStream stream = _heap.First;
            if (!stream.Records.IsEmpty)
            {
                filled += _heap.Give(into[filled..], long.MaxValue);
            }
            else if (_heap.Count == 1 && !stream.IsEnded)
            {
                // Nobody is left to be merged with.
                if (cancellationToken.IsCancellationRequested)
                {
                    break;
                }

                filled += stream.FillInto(into[filled..]);
                continue;
            }

            if (_heap.Count > 1 || stream.IsEnded)
            {
                if (!TryRefill(stream, cancellationToken))
                {
                    // What was taken out already is given before anybody is told.
                    break;
                }

                _heap.Restore();
            }
        }

        if (filled == 0)
        {
            cancellationToken.ThrowIfCancellationRequested();
        }

        isEnded = _heap.Count == 0;
        return filled;
    }

    // Whether there is a record, or none in the end; not if somebody wants to stop.
    private static bool TryRefill(CpuStream stream, CancellationToken cancellationToken)
    {
        while (stream.Records.IsEmpty && !stream.IsEnded)
        {
            if (cancellationToken.IsCancellationRequested)
            {
                return false;
            }

            stream.Fill();
        }

        return true;
    }
}
