namespace KsmTools.Ksm;

/// <content>The knobs themselves.</content>
public sealed partial class KsmKnob
{
    internal static readonly KsmKnob Run = Number(
        nameof(KsmConfiguration.Run), "run", "0", c => (ulong?)(c.Run & ~KsmRunState.Offline), (c, value) => c.Run = (KsmRunState)value);

    internal static readonly KsmKnob PagesToScan = Number(
        nameof(KsmConfiguration.PagesToScan), "pages_to_scan", "100", c => c.PagesToScan, (c, value) => c.PagesToScan = (uint)value);

    internal static readonly KsmKnob SleepMilliseconds = Number(
        nameof(KsmConfiguration.SleepMilliseconds), "sleep_millisecs", "20", c => c.SleepMilliseconds, (c, value) => c.SleepMilliseconds = (uint)value);

    internal static readonly KsmKnob MaxPageSharing = Number(
        nameof(KsmConfiguration.MaxPageSharing),
        "max_page_sharing",
        "256",
        c => c.MaxPageSharing,
        (c, value) => c.MaxPageSharing = (uint)value,
        minimum: 2,
        maximum: int.MaxValue);

    internal static readonly KsmKnob MergeAcrossNodes = Switch(
        nameof(KsmConfiguration.MergeAcrossNodes), "merge_across_nodes", "1", c => c.MergeAcrossNodes, (c, value) => c.MergeAcrossNodes = value);

    internal static readonly KsmKnob UseZeroPages = Switch(
        nameof(KsmConfiguration.UseZeroPages), "use_zero_pages", "0", c => c.UseZeroPages, (c, value) => c.UseZeroPages = value);

    internal static readonly KsmKnob SmartScan = Switch(
        nameof(KsmConfiguration.SmartScan), "smart_scan", "1", c => c.SmartScan, (c, value) => c.SmartScan = value);

    internal static readonly KsmKnob StableNodeChainsPruneMilliseconds = Number(
        nameof(KsmConfiguration.StableNodeChainsPruneMilliseconds),
        "stable_node_chains_prune_millisecs",
        "2000",
        c => c.StableNodeChainsPruneMilliseconds,
        (c, value) => c.StableNodeChainsPruneMilliseconds = (uint)value);

    internal static readonly KsmKnob AdvisorMode = Advisor();

    internal static readonly KsmKnob AdvisorMaxCpu = Number(
        nameof(KsmConfiguration.AdvisorMaxCpu), "advisor_max_cpu", "70", c => c.AdvisorMaxCpu, (c, value) => c.AdvisorMaxCpu = value, mostMeaning: 100);

    internal static readonly KsmKnob AdvisorMinPagesToScan = Number(
        nameof(KsmConfiguration.AdvisorMinPagesToScan),
        "advisor_min_pages_to_scan",
        "500",
        c => c.AdvisorMinPagesToScan,
        (c, value) => c.AdvisorMinPagesToScan = value,
        maximum: ulong.MaxValue);

    internal static readonly KsmKnob AdvisorMaxPagesToScan = Number(
        nameof(KsmConfiguration.AdvisorMaxPagesToScan),
        "advisor_max_pages_to_scan",
        "30000",
        c => c.AdvisorMaxPagesToScan,
        (c, value) => c.AdvisorMaxPagesToScan = value,
        maximum: ulong.MaxValue);

    internal static readonly KsmKnob AdvisorTargetScanTime = Number(
        nameof(KsmConfiguration.AdvisorTargetScanTime),
        "advisor_target_scan_time",
        "200",
        c => c.AdvisorTargetScanTime,
        (c, value) => c.AdvisorTargetScanTime = value,
        minimum: 1,
        maximum: ulong.MaxValue);

    /// <summary>All knobs, as Get-KsmConfiguration shows them.</summary>
    public static IReadOnlyList<KsmKnob> All { get; } =
    [
        Run, PagesToScan, SleepMilliseconds, MaxPageSharing, MergeAcrossNodes, UseZeroPages, SmartScan, StableNodeChainsPruneMilliseconds,
        AdvisorMode, AdvisorMaxCpu, AdvisorMinPagesToScan, AdvisorMaxPagesToScan, AdvisorTargetScanTime,
    ];

    /// <summary>The knob that a change is of.</summary>
    /// <param name="change">The change.</param>
    internal static KsmKnob Of(KsmKnobChange change) => Of(System.IO.Path.GetFileName(change.Path));

    /// <summary>
    /// The order in which the kernel takes a whole configuration. Stopping or unmerging comes first, because <c>max_page_sharing</c> and
    /// <c>merge_across_nodes</c> change only while nothing is shared; the advisor goes away before <c>pages_to_scan</c>, which it owns,
    /// and comes after its own limits, which it reads when it starts; starting comes last. Files of which nothing is known come before it, in the order in which they are given.
    /// </summary>
    internal static IEnumerable<KsmKnob> InApplyOrder(KsmConfiguration target)
    {
        bool advisorStarts = KsmAdvisorMode.IsOn(target.AdvisorMode);
        bool scanStarts = target.Run == KsmRunState.Running;
        if (!advisorStarts)
        {
            yield return AdvisorMode;
        }

        if (!scanStarts)
        {
            yield return Run;
        }

        yield return MaxPageSharing;
        yield return MergeAcrossNodes;
        yield return UseZeroPages;
        yield return SmartScan;
        yield return StableNodeChainsPruneMilliseconds;
        yield return AdvisorMaxCpu;
        yield return AdvisorMinPagesToScan;
        yield return AdvisorMaxPagesToScan;
        yield return AdvisorTargetScanTime;
        yield return SleepMilliseconds;
        yield return PagesToScan;
        foreach (string name in target.Other.Keys)
        {
            yield return Other(name);
        }

        if (advisorStarts)
        {
            yield return AdvisorMode;
        }

        if (scanStarts)
        {
            yield return Run;
        }
    }
}
