using KsmTools.Rmap;

namespace KsmTools.Tracing.Live;

/// <summary>
/// Gives the records of all CPUs in the order of time while they are still being written. They are read in rounds over all CPUs. What was
/// written before a round began and is of a CPU that was read to its end cannot be followed by anything older, so a round makes everything safe to give
/// that was read in the round before.
/// </summary>
/// <typeparam name="TRecord">What an event becomes.</typeparam>
internal sealed class LiveMerger<TRecord>(IReadOnlyList<LiveCpu<TRecord>> cpus)
    where TRecord : struct, ITraceRecord<TRecord>
{
    private readonly PriorityQueue<LiveCpu<TRecord>, (long Time, int Order)> _queue = new(cpus.Count);
    private long _newest = long.MinValue;
    private long _safe = long.MinValue;

    /// <summary>Reads from every CPU.</summary>
    /// <returns>Whether there was anything.</returns>
    public bool Round()
    {
        long safe = _newest;
        bool any = false;
        foreach (LiveCpu<TRecord> cpu in cpus)
        {
            bool isAll = cpu.Drain(out bool read);
            any |= read;
            if (!isAll)
            {
                safe = Math.Min(safe, cpu.LastTime);
            }
        }

        foreach (LiveCpu<TRecord> cpu in cpus)
        {
            _newest = Math.Max(_newest, cpu.LastTime);
        }

        _safe = any ? safe : long.MaxValue;
        Enqueue();
        return any;
    }

    /// <summary>Gives records that are safe to give.</summary>
    /// <param name="into">Filled from the start.</param>
    /// <returns>How many; 0 once another round is needed.</returns>
    public int Take(Span<TRecord> into)
    {
        int filled = 0;
        while (filled < into.Length && _queue.TryPeek(out LiveCpu<TRecord>? cpu, out (long Time, int Order) first) && first.Time <= _safe)
        {
            _ = _queue.Dequeue();
            long until = _queue.TryPeek(out _, out (long Time, int Order) second) ? Math.Min(second.Time, _safe) : _safe;
            ReadOnlySpan<TRecord> records = cpu.Records;
            int room = Math.Min(records.Length, into.Length - filled);
            int taken = 1;
            while (taken < room && records[taken].Timestamp <= until)
            {
                taken++;
            }

            records[..taken].CopyTo(into[filled..]);
            filled += taken;
            cpu.Take(taken);
            if (!cpu.Records.IsEmpty)
            {
                _queue.Enqueue(cpu, (cpu.NextTime, first.Order));
            }
        }

        return filled;
    }

    private void Enqueue()
    {
        _queue.Clear();
        for (int i = 0; i < cpus.Count; i++)
        {
            if (!cpus[i].Records.IsEmpty)
            {
                _queue.Enqueue(cpus[i], (cpus[i].NextTime, i));
            }
        }
    }
}
