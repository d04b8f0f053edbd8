namespace KsmTools.Tuning;

/// <summary>What the advisor is to reach. A limit that is null is left as it is.</summary>
public sealed class ScanTimeOptions
{
    /// <summary>How long a full scan should take; the kernel takes whole seconds, and fractions are rounded up.</summary>
    public TimeSpan TargetScanTime { get; init; } = TimeSpan.FromSeconds(200);

    /// <summary>The most that ksmd may take of a CPU, in percent.</summary>
    public uint MaximumCpu { get; init; } = 70;

    /// <summary>Pages per batch that the advisor starts with.</summary>
    public uint? MinimumPagesToScan { get; init; }

    /// <summary>The most pages per batch.</summary>
    public uint? MaximumPagesToScan { get; init; }
}
