namespace KsmTools.Ksm;

/// <summary>
/// The knobs of <c>/sys/kernel/mm/ksm</c>, each with the kernel's own type (mm/ksm.c). A knob that is null is one that this
/// kernel lacks or, in a request, one to leave alone.
/// </summary>
public sealed class KsmConfiguration
{
    /// <summary><c>run</c>: what ksmd does.</summary>
    public KsmRunState? Run { get; set; }

    /// <summary><c>pages_to_scan</c>: pages ksmd looks at before it sleeps. The advisor's, not yours, while an advisor is on (<see cref="AdvisorMode"/>).</summary>
    public uint? PagesToScan { get; set; }

    /// <summary><c>sleep_millisecs</c>: how long ksmd sleeps between batches, in milliseconds.</summary>
    public uint? SleepMilliseconds { get; set; }

    /// <summary><c>max_page_sharing</c>: the most mappings that share one KSM page, 2 or more; it bounds the length of an rmap walk.</summary>
    public uint? MaxPageSharing { get; set; }

    /// <summary><c>merge_across_nodes</c>: whether pages of different NUMA nodes may merge.</summary>
    public bool? MergeAcrossNodes { get; set; }

    /// <summary><c>use_zero_pages</c>: whether empty pages merge with the kernel's zero page.</summary>
    public bool? UseZeroPages { get; set; }

    /// <summary><c>smart_scan</c>: whether pages that did not merge lately are passed over.</summary>
    public bool? SmartScan { get; set; }

    /// <summary><c>stable_node_chains_prune_millisecs</c>: how often stale stable nodes are looked for, in milliseconds.</summary>
    public uint? StableNodeChainsPruneMilliseconds { get; set; }

    /// <summary>
    /// <c>advisor_mode</c>: who sets <c>pages_to_scan</c>, <see cref="KsmAdvisorMode.None"/> or <see cref="KsmAdvisorMode.ScanTime"/>. A kernel may have others; they keep the kernel's word.
    /// </summary>
    public string? AdvisorMode
    {
        get;
        set => field = string.IsNullOrWhiteSpace(value) ? null : KsmAdvisorMode.NameOf(value);
    }

    /// <summary><c>advisor_max_cpu</c>: the most CPU that the advisor gives ksmd, in percent.</summary>
    public ulong? AdvisorMaxCpu { get; set; }

    /// <summary><c>advisor_min_pages_to_scan</c>: where the advisor starts, in pages.</summary>
    public ulong? AdvisorMinPagesToScan { get; set; }

    /// <summary><c>advisor_max_pages_to_scan</c>: the most pages per batch that the advisor chooses.</summary>
    public ulong? AdvisorMaxPagesToScan { get; set; }

    /// <summary><c>advisor_target_scan_time</c>: how long a full scan should take, in seconds.</summary>
    public ulong? AdvisorTargetScanTime { get; set; }

    /// <summary>
    /// What else is under <c>/sys/kernel/mm/ksm</c>, raw names and texts: files of a vendor's kernel, or of one that is newer than this. A text that is null cannot be read. In a
    /// request, the files to set by name; one with a null text is left alone. Nothing else ever writes them: what they do is not known here.
    /// </summary>
    public IReadOnlyDictionary<string, string?> Other
    {
        get => Others;
        set
        {
            ArgumentNullException.ThrowIfNull(value);
            Others = NamedTexts.Of(value);
        }
    }

    /// <summary><see cref="Other"/>, with what it is.</summary>
    internal NamedTexts Others { get; set; } = NamedTexts.None;

    /// <summary>A copy that can be changed on its own.</summary>
    public KsmConfiguration Clone() => (KsmConfiguration)MemberwiseClone();
}
