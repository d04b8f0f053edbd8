using KsmTools.Tracing.RingBuffer;

namespace KsmTools.Tracing.Sessions;

/// <summary>What the kernel counts of one CPU's buffer (<c>per_cpu/cpuN/stats</c>; kernel/trace/trace.c, <c>tracing_stats_read</c>).</summary>
public sealed class TraceCpuStatistics
{
    /// <summary>The CPU.</summary>
    public int Cpu { get; init; }

    /// <summary>Events in the buffer.</summary>
    public long Entries { get; init; }

    /// <summary>Events that newer ones overwrote before anybody read them.</summary>
    public long Overrun { get; init; }

    /// <summary>Events that were lost because an interrupt came in the middle of too many others.</summary>
    public long CommitOverrun { get; init; }

    /// <summary>Bytes of the events in the buffer.</summary>
    public long Bytes { get; init; }

    /// <summary>Events that found a full buffer that does not overwrite.</summary>
    public long Dropped { get; init; }

    /// <summary>Events that were read.</summary>
    public long Read { get; init; }

    /// <summary>Reads a <c>stats</c> file. A count that this kernel does not give is 0, as it is where nothing was lost.</summary>
    /// <param name="cpu">The CPU.</param>
    /// <param name="text">The file.</param>
    internal static TraceCpuStatistics Parse(int cpu, string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var counts = new BufferCounts(text);
        return new TraceCpuStatistics
        {
            Cpu = cpu,
            Entries = counts.Entries,
            Overrun = counts.Overrun,
            CommitOverrun = counts.CommitOverrun,
            Bytes = counts.Bytes,
            Dropped = counts.Dropped,
            Read = counts.Read,
        };
    }
}
