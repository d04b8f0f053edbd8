using KsmTools.Records;
using KsmTools.Tracing.RingBuffer;

namespace KsmTools.Tracing.Live;

/// <summary>
/// Gives the records of all CPUs in the order of time while they are still being written. They are read in rounds over all CPUs. What was
/// written before a round began and is of a CPU that was read to its end cannot be followed by anything older, so a round makes everything safe to give
/// that was read in the round before.
/// </summary>
internal sealed class LiveMerger(IReadOnlyList<CpuStream> cpus)
{
    private readonly StreamHeap _heap = new(cpus);
    private long _newest = long.MinValue;
    private long _safe = long.MinValue;

    /// <summary>Reads from every CPU.</summary>
    /// <returns>Whether there was anything.</returns>
    public bool Round()
    {
        long safe = _newest;
        bool any = false;
        foreach (CpuStream cpu in cpus)
        {
            bool isAll = cpu.Drain(out bool read);
            any |= read;
            if (!isAll)
            {
                safe = Math.Min(safe, cpu.LastTime);
            }
        }

        foreach (CpuStream cpu in cpus)
        {
            _newest = Math.Max(_newest, cpu.LastTime);
        }

        _safe = any ? safe : long.MaxValue;
        _heap.Fill();
        return any;
    }

    /// <summary>Gives records that are safe to give.</summary>
    /// <param name="into">Filled from the start.</param>
    /// <returns>How many; 0 once another round is needed.</returns>
    public int Take(Span<TraceRecord> into)
    {
        int filled = 0;
        while (filled < into.Length && _heap.Count > 0 && _heap.First.NextTime <= _safe)
        {
            filled += _heap.Give(into[filled..], _safe);
            _heap.Restore();
        }

        return filled;
    }
}
