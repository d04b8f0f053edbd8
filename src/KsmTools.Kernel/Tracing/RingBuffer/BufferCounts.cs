using System.Globalization;

namespace KsmTools.Tracing.RingBuffer;

/// <summary>What the kernel counts of one CPU's buffer, as the text of <c>per_cpu/cpuN/stats</c> has it (kernel/trace/trace.c, <c>tracing_stats_read</c>), in tracefs or in a recording.</summary>
internal sealed class BufferCounts
{
    // Sums of the largest fit; no machine has counted so far.
    private const long Most = 1L << 60;

    private readonly Dictionary<string, long> _counts = [];

    public BufferCounts(string text)
    {
        foreach (string line in text.Split('\n'))
        {
            int colon = line.IndexOf(':', StringComparison.Ordinal);
            if (colon > 0 && long.TryParse(line.AsSpan(colon + 1).Trim(), NumberStyles.None, CultureInfo.InvariantCulture, out long count) && count < Most)
            {
                _counts[line[..colon]] = count;
            }
        }
    }

    /// <summary>Whether the text has counts of losses at all.</summary>
    public bool HasLosses => _counts.ContainsKey("overrun");

    public long Entries => this["entries"];

    public long Overrun => this["overrun"];

    public long CommitOverrun => this["commit overrun"];

    public long Bytes => this["bytes"];

    public long Dropped => this["dropped events"];

    public long Read => this["read events"];

    /// <summary>Every event that is in no sub-buffer.</summary>
    public long Lost => Overrun + CommitOverrun + Dropped;

    // A count that a kernel does not give is 0, as it is where nothing was lost.
    private long this[string name] => _counts.GetValueOrDefault(name);
}
