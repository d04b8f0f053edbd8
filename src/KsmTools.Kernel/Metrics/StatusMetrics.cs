using KsmTools.Ksm;

namespace KsmTools.Metrics;

/// <summary>The metrics of <see cref="KsmStatus"/>. A counter that this kernel lacks has no series.</summary>
internal static class StatusMetrics
{
    private const string Pages = "pages";
    private const string Bytes = "bytes";

    public static MetricTable<KsmStatus> Table() => new MetricTable<KsmStatus>()
        .WithStates<KsmRunState>("ksm_run_state", "state", "What ksmd does: 1 for the states that hold.", status => status.RunState)
        .WithStates<KsmVerdict>("ksm_diagnosis", "verdict", "Whether merging works, and if not, why: 1 for the verdict of Get-KsmStatus.", status => status.Verdict)
        .With("ksm_full_scans", MetricKind.Counter, null, "Times that ksmd has been through all mergeable memory.", status => MetricNumber.Maybe(status.FullScans))
        .With("ksm_scanned_pages", MetricKind.Counter, Pages, "Pages that ksmd has looked at.", status => MetricNumber.Maybe(status.PagesScanned))
        .With("ksm_skipped_pages", MetricKind.Counter, Pages, "Pages that smart scan has passed over.", status => MetricNumber.Maybe(status.PagesSkipped))
        .With("ksm_shared_pages", MetricKind.Gauge, Pages, "KSM pages in use, as of the last scan.", status => MetricNumber.Maybe(status.PagesShared))
        .With("ksm_sharing_pages", MetricKind.Gauge, Pages, "Further mappings that share KSM pages, as of the last scan.", status => MetricNumber.Maybe(status.PagesSharing))
        .With("ksm_unshared_pages", MetricKind.Gauge, Pages, "Pages that stay still and have no equal.", status => MetricNumber.Maybe(status.PagesUnshared))
        .With("ksm_volatile_pages", MetricKind.Gauge, Pages, "Pages that change too fast to be placed.", status => MetricNumber.Maybe(status.PagesVolatile))
        .With("ksm_zero_pages", MetricKind.Gauge, Pages, "Mappings that KSM pointed at the zero page.", status => MetricNumber.Maybe(status.KsmZeroPages))
        .With("ksm_copied_on_write_pages", MetricKind.Counter, Pages, "KSM pages copied because they were written, or unmerged.", status => MetricNumber.Maybe(status.CopiedOnWrite))
        .With("ksm_swap_in_copied_pages", MetricKind.Counter, Pages, "KSM pages copied when they came back from swap.", status => MetricNumber.Maybe(status.SwapInCopies))
        .With("ksm_stable_node_chains", "Stable nodes that hold several KSM pages of one content.", status => MetricNumber.Maybe(status.StableNodeChains))
        .With("ksm_stable_node_dups", "KSM pages in chains of stable nodes.", status => MetricNumber.Maybe(status.StableNodeDups))
        .With("ksm_saved_bytes", MetricKind.Gauge, Bytes, "Memory that merging saves, as of the last scan.", status => MetricNumber.Of(status.SavedBytes))
        .With("ksm_profit_bytes", MetricKind.Gauge, Bytes, "Memory that merging saves less what the records of ksmd take; negative where it costs more than it saves.", status => MetricNumber.Maybe(status.Profit))
        .With("ksm_page_size_bytes", MetricKind.Gauge, Bytes, "Size of a page.", status => MetricNumber.Of(status.PageSize))
        .With("ksm_ksmd_cpu_seconds", MetricKind.Counter, "seconds", "CPU time of ksmd.", status => status.KsmdCpuTime is { } time ? MetricNumber.Seconds(time) : null);
}
