using KsmTools.Rmap;

namespace KsmTools.Tracing.RingBuffer;

/// <summary>
/// Merges the records of many CPUs by time. Each CPU's own order is kept, and of two records of one time that of the CPU that was given
/// first comes first. A heap of the CPUs' next records is all that is held besides the CPUs' own batches.
/// </summary>
/// <typeparam name="TRecord">What an event becomes.</typeparam>
internal sealed class StreamMerger<TRecord> : IRecordBatches<TRecord>
    where TRecord : struct, ITraceRecord<TRecord>
{
    private readonly CpuStream<TRecord>[] _heap;
    private readonly int[] _order;
    private int _count;
    private int _started;

    public StreamMerger(IReadOnlyList<CpuStream<TRecord>> streams)
    {
        _heap = [.. streams];
        _order = [.. Enumerable.Range(0, _heap.Length)];
    }

    /// <summary>Fills records in the order of time.</summary>
    /// <param name="into">Filled from the start.</param>
    /// <param name="isEnded">Whether there are no more after these.</param>
    /// <param name="cancellationToken">Ends a long stretch of other events.</param>
    /// <returns>How many were filled; may be 0 before the end.</returns>
    public int Fill(Span<TRecord> into, out bool isEnded, CancellationToken cancellationToken)
    {
        isEnded = false;
        while (_started < _heap.Length)
        {
            Begin(cancellationToken);
        }

        int filled = 0;
        while (filled < into.Length && _count > 0)
        {
            CpuStream<TRecord> stream = _heap[0];
            if (_count == 1 && stream.Records.IsEmpty)
            {
                // Nobody is left to be merged with.
                cancellationToken.ThrowIfCancellationRequested();
                filled += stream.FillInto(into[filled..]);
                _count = stream.IsEnded ? 0 : 1;
                continue;
            }

            long until = Second(out bool ties);
            ReadOnlySpan<TRecord> records = stream.Records;
            int room = Math.Min(records.Length, into.Length - filled);
            int taken = _count == 1 ? room : 1;
            while (taken < room && (records[taken].Timestamp < until || (ties && records[taken].Timestamp == until)))
            {
                taken++;
            }

            records[..taken].CopyTo(into[filled..]);
            filled += taken;
            stream.Take(taken);
            while (_count > 1 && stream.Records.IsEmpty && !stream.IsEnded)
            {
                cancellationToken.ThrowIfCancellationRequested();
                stream.Fill();
            }

            if (stream.Records.IsEmpty && stream.IsEnded)
            {
                _count--;
                Swap(0, _count);
            }

            Down(0);
        }

        isEnded = _count == 0;
        return filled;
    }

    // Takes the next CPU into the heap once it has a record; a CPU without any is left out.
    private void Begin(CancellationToken cancellationToken)
    {
        CpuStream<TRecord> stream = _heap[_started];
        while (stream.Records.IsEmpty && !stream.IsEnded)
        {
            cancellationToken.ThrowIfCancellationRequested();
            stream.Fill();
        }

        int index = _started++;
        if (stream.Records.IsEmpty)
        {
            return;
        }

        Swap(index, _count);
        for (int at = _count++; at > 0 && Before(at, (at - 1) / 2); at = (at - 1) / 2)
        {
            Swap(at, (at - 1) / 2);
        }
    }

    // The time up to which the first CPU's records come before everybody else's, and whether those of that very time do too.
    private long Second(out bool ties)
    {
        int second = _count > 2 && Before(2, 1) ? 2 : 1;
        if (second >= _count)
        {
            ties = true;
            return long.MaxValue;
        }

        ties = _order[0] < _order[second];
        return _heap[second].NextTime;
    }

    private void Down(int at)
    {
        while (true)
        {
            int child = (2 * at) + 1;
            if (child >= _count)
            {
                return;
            }

            if (child + 1 < _count && Before(child + 1, child))
            {
                child++;
            }

            if (!Before(child, at))
            {
                return;
            }

            Swap(child, at);
            at = child;
        }
    }

    private bool Before(int one, int other)
    {
        long first = _heap[one].NextTime, second = _heap[other].NextTime;
        return first < second || (first == second && _order[one] < _order[other]);
    }

    private void Swap(int one, int other)
    {
        (_heap[one], _heap[other]) = (_heap[other], _heap[one]);
        (_order[one], _order[other]) = (_order[other], _order[one]);
    }
}
