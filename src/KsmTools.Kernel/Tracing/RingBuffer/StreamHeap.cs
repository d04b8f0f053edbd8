using KsmTools.Records;

namespace KsmTools.Tracing.RingBuffer;

/// <summary>
/// The CPUs that have records to give, the one whose next record is the earliest first. Each CPU's own order is kept, and of two records of one time that of the
/// CPU that was given first comes first.
/// </summary>
internal sealed class StreamHeap
{
    private readonly CpuStream[] _heap;
    private readonly int[] _order;

    public StreamHeap(IReadOnlyList<CpuStream> streams)
    {
        _heap = [.. streams];
        _order = [.. Enumerable.Range(0, _heap.Length)];
    }

    /// <summary>How many CPUs have records.</summary>
    public int Count { get; private set; }

    /// <summary>The one that comes first, if there is any.</summary>
    public CpuStream First => _heap[0];

    /// <summary>Begins anew, with those that have records.</summary>
    public void Fill()
    {
        Count = 0;
        for (int index = 0; index < _heap.Length; index++)
        {
            if (!_heap[index].Records.IsEmpty)
            {
                Add(index);
            }
        }
    }

    /// <summary>Gives the first CPU's records up to another one's; <see cref="Restore"/> comes next.</summary>
    /// <param name="into">Filled from the start; not empty.</param>
    /// <param name="limit">Gives none that are later; the first is not.</param>
    /// <returns>How many.</returns>
    public int Give(Span<TraceRecord> into, long limit)
    {
        CpuStream stream = _heap[0];
        ReadOnlySpan<TraceRecord> records = stream.Records;
        int room = Math.Min(records.Length, into.Length);
        int second = Count > 2 && Before(2, 1) ? 2 : 1;
        int taken = 1;
        if (second < Count)
        {
            // Of the very time of the other one's next record, those come first whose CPU does.
            long until = _heap[second].NextTime;
            until = Math.Min(_order[0] < _order[second] ? until : until - 1, limit);
            while (taken < room && records[taken].Timestamp <= until)
            {
                taken++;
            }
        }
        else if (limit == long.MaxValue)
        {
            taken = room;
        }
        else
        {
            while (taken < room && records[taken].Timestamp <= limit)
            {
                taken++;
            }
        }

        records[..taken].CopyTo(into);
        stream.Take(taken);
        return taken;
    }

    /// <summary>Puts the first CPU where it belongs now; one without records goes.</summary>
    public void Restore()
    {
        if (_heap[0].Records.IsEmpty)
        {
            Count--;
            Swap(0, Count);
        }

        Down(0);
    }

    private void Add(int index)
    {
        Swap(index, Count);
        for (int at = Count++; at > 0 && Before(at, (at - 1) / 2); at = (at - 1) / 2)
        {
            Swap(at, (at - 1) / 2);
        }
    }

    private void Down(int at)
    {
        while (true)
        {
            int child = (2 * at) + 1;
            if (child >= Count)
            {
                return;
            }

            if (child + 1 < Count && Before(child + 1, child))
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
