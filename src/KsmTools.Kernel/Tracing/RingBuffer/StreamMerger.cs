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
            Refill(streams[_started], cancellationToken);
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
                cancellationToken.ThrowIfCancellationRequested();
                filled += stream.FillInto(into[filled..]);
                continue;
            }

            if (_heap.Count > 1 || stream.IsEnded)
            {
                Refill(stream, cancellationToken);
                _heap.Restore();
            }
        }

        isEnded = _heap.Count == 0;
        return filled;
    }

    // A CPU without a record in the end is left out.
    private static void Refill(CpuStream stream, CancellationToken cancellationToken)
    {
        while (stream.Records.IsEmpty && !stream.IsEnded)
        {
            cancellationToken.ThrowIfCancellationRequested();
            stream.Fill();
        }
    }
}
