namespace KsmTools.Ksm;

/// <summary>KSM's counters at the end of an interval, and how fast they moved in it.</summary>
public sealed class KsmStatusSample
{
    /// <summary>When the interval ended.</summary>
    public DateTimeOffset Time => Status.Time;

    /// <summary>The counters.</summary>
    public required KsmStatus Status { get; init; }

    /// <summary>How long the interval was.</summary>
    public TimeSpan Interval { get; init; }

    /// <summary>KSM pages in use, as of ksmd's last scan.</summary>
    public long? PagesShared => Status.PagesShared;

    /// <summary>Further mappings that share them, as of ksmd's last scan.</summary>
    public long? PagesSharing => Status.PagesSharing;

    /// <summary>Bytes that merging saves, as of ksmd's last scan.</summary>
    public long SavedBytes => Status.SavedBytes;

    /// <summary>The kernel's balance in bytes. It can be negative.</summary>
    public long? Profit => Status.Profit;

    /// <summary>Pages looked at per second; null before Linux 6.6.</summary>
    public double? PagesScannedPerSecond { get; init; }

    /// <summary>Mappings merged per second with their equals or with the zero page, less those that ksmd found unmerged.</summary>
    public double? PagesMergedPerSecond { get; init; }

    /// <summary>KSM pages copied per second because they were written; null before Linux 5.19 (<see cref="KsmStatus.CopiedOnWrite"/>).</summary>
    public double? CopiedOnWritePerSecond { get; init; }

    /// <summary>KSM pages copied per second when they came back from swap; null before Linux 5.18 (<see cref="KsmStatus.SwapInCopies"/>).</summary>
    public double? SwapInCopiesPerSecond { get; init; }

    /// <summary>Full scans in the interval. Unmerging everything makes the kernel count from 0 again: then those since.</summary>
    public long? FullScans { get; init; }

    /// <summary>ksmd's share of one CPU, in percent; null where ksmd is not visible.</summary>
    public double? KsmdCpuPercent { get; init; }

    /// <summary>The sample between two readings.</summary>
    /// <param name="before">The reading at the start.</param>
    /// <param name="after">The reading at the end.</param>
    /// <param name="interval">The time between them, by a clock that does not jump.</param>
    public static KsmStatusSample Between(KsmStatus before, KsmStatus after, TimeSpan interval)
    {
        ArgumentNullException.ThrowIfNull(before);
        ArgumentNullException.ThrowIfNull(after);
        double seconds = interval.TotalSeconds;
        return new KsmStatusSample
        {
            Status = after,
            Interval = interval,
            PagesScannedPerSecond = (after.PagesScanned - before.PagesScanned) / seconds,
            PagesMergedPerSecond = (Merged(after) - Merged(before)) / seconds,
            CopiedOnWritePerSecond = (after.CopiedOnWrite - before.CopiedOnWrite) / seconds,
            SwapInCopiesPerSecond = (after.SwapInCopies - before.SwapInCopies) / seconds,
            FullScans = after.FullScans < before.FullScans ? after.FullScans : after.FullScans - before.FullScans,
            KsmdCpuPercent = (after.KsmdCpuTime - before.KsmdCpuTime)?.TotalSeconds / seconds * 100,
        };
    }

    // Before Linux 6.6 nobody counted zero pages.
    private static long? Merged(KsmStatus status) => status.PagesShared + status.PagesSharing + (status.KsmZeroPages ?? 0);
}
