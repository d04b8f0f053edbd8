namespace KsmTools.Merge;

/// <summary>How a merge run drives ksmd.</summary>
public sealed class KsmMergeOptions
{
    /// <summary>Full scans that must pass at least. A page merges only when two scans saw it unchanged.</summary>
    public int FullScans { get; init; } = 2;

    /// <summary>When to give up.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>
    /// Pages per batch. ksmd holds its mutex for a batch and answers a change of <c>run</c> only after it, so a larger batch makes
    /// stopping slower and scanning hardly faster.
    /// </summary>
    public uint PagesToScan { get; init; } = 4096;

    /// <summary>Sleep between batches in milliseconds.</summary>
    public uint SleepMilliseconds { get; init; }

    /// <summary>Processes by whose pages convergence is judged; empty for all.</summary>
    public IReadOnlyList<int> ProcessIds { get; init; } = [];

    /// <summary>Leave ksmd running.</summary>
    public bool KeepRunning { get; init; }

    /// <summary>Leave <c>pages_to_scan</c> and <c>sleep_millisecs</c> (and the advisor off, if it was on).</summary>
    public bool KeepSettings { get; init; }
}
