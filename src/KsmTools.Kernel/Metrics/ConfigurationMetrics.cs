using KsmTools.Ksm;

namespace KsmTools.Metrics;

/// <summary>The metrics of <see cref="KsmConfiguration"/>, in base units. A knob that this kernel lacks has no series.</summary>
internal static class ConfigurationMetrics
{
    private const string Pages = "pages";
    private const string Seconds = "seconds";

    public static MetricTable<KsmConfiguration> Table() => new MetricTable<KsmConfiguration>()
        .With("ksm_config_scan_batch_pages", MetricKind.Gauge, Pages, "pages_to_scan: pages that ksmd looks at before it sleeps.", knobs => MetricNumber.Maybe(knobs.PagesToScan))
        .With("ksm_config_sleep_seconds", MetricKind.Gauge, Seconds, "sleep_millisecs: how long ksmd sleeps between batches.", knobs => Milliseconds(knobs.SleepMilliseconds))
        .With("ksm_config_max_page_sharing", "max_page_sharing: mappings that may share one KSM page.", knobs => MetricNumber.Maybe(knobs.MaxPageSharing))
        .With("ksm_config_merge_across_nodes", "merge_across_nodes: whether pages of different NUMA nodes may merge.", knobs => MetricNumber.Maybe(knobs.MergeAcrossNodes))
        .With("ksm_config_use_zero_pages", "use_zero_pages: whether empty pages merge with the zero page.", knobs => MetricNumber.Maybe(knobs.UseZeroPages))
        .With("ksm_config_smart_scan", "smart_scan: whether pages that did not merge lately are passed over.", knobs => MetricNumber.Maybe(knobs.SmartScan))
        .With(
            "ksm_config_stable_node_chains_prune_seconds",
            MetricKind.Gauge,
            Seconds,
            "stable_node_chains_prune_millisecs: how often stale stable nodes are looked for.",
            knobs => Milliseconds(knobs.StableNodeChainsPruneMilliseconds))
        .WithStates("ksm_config_advisor_mode", "mode", "advisor_mode: who sets pages_to_scan; 1 for the mode that is set.", [KsmAdvisorMode.None, KsmAdvisorMode.ScanTime], knobs => knobs.AdvisorMode)
        .With("ksm_config_advisor_max_cpu_ratio", MetricKind.Gauge, "ratio", "advisor_max_cpu: the most of a CPU that the advisor gives ksmd.", knobs => knobs.AdvisorMaxCpu is { } percent ? MetricNumber.Percent(percent) : null)
        .With("ksm_config_advisor_min_scan_batch_pages", MetricKind.Gauge, Pages, "advisor_min_pages_to_scan: where the advisor starts.", knobs => MetricNumber.Maybe(knobs.AdvisorMinPagesToScan))
        .With("ksm_config_advisor_max_scan_batch_pages", MetricKind.Gauge, Pages, "advisor_max_pages_to_scan: the most that the advisor chooses.", knobs => MetricNumber.Maybe(knobs.AdvisorMaxPagesToScan))
        .With("ksm_config_advisor_target_scan_seconds", MetricKind.Gauge, Seconds, "advisor_target_scan_time: how long a full scan should take.", knobs => MetricNumber.Maybe(knobs.AdvisorTargetScanTime));

    private static string? Milliseconds(uint? value) => value is { } milliseconds ? MetricNumber.Milliseconds(milliseconds) : null;
}
