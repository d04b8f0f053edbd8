using System.Collections;
using System.Collections.ObjectModel;
using System.Management.Automation;
using KsmTools.Completers;
using KsmTools.Errors;
using KsmTools.Ksm;
using KsmTools.Transformations;

namespace KsmTools.Commands;

/// <summary>Sets KSM knobs, all that are given or none, in an order that the kernel accepts.</summary>
[Cmdlet(VerbsCommon.Set, "KsmConfiguration", SupportsShouldProcess = true)]
[OutputType(typeof(KsmConfiguration))]
public sealed class SetKsmConfigurationCommand : KsmSettingCommand
{
    /// <summary>What ksmd does: Stopped (0), Running (1), or Unmerged (2), which unmerges all pages of all processes.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [KernelWord]
    public KsmRunState? Run { get; set; }

    /// <summary>Pages ksmd looks at before it sleeps.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [BlankIsNull]
    [ArgumentCompleter(typeof(KnobValueCompleter))]
    public uint? PagesToScan { get; set; }

    /// <summary>How long ksmd sleeps between batches, in milliseconds.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [BlankIsNull]
    [ArgumentCompleter(typeof(KnobValueCompleter))]
    public uint? SleepMilliseconds { get; set; }

    /// <summary>The most mappings that share one KSM page.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [BlankIsNull]
    [ArgumentCompleter(typeof(KnobValueCompleter))]
    public uint? MaxPageSharing { get; set; }

    /// <summary>Whether pages of different NUMA nodes may merge.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [KernelBoolean]
    [ArgumentCompleter(typeof(KnobValueCompleter))]
    public bool? MergeAcrossNodes { get; set; }

    /// <summary>Whether empty pages merge with the kernel's zero page.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [KernelBoolean]
    [ArgumentCompleter(typeof(KnobValueCompleter))]
    public bool? UseZeroPages { get; set; }

    /// <summary>Whether pages that did not merge lately are passed over.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [KernelBoolean]
    [ArgumentCompleter(typeof(KnobValueCompleter))]
    public bool? SmartScan { get; set; }

    /// <summary>How often stale stable nodes are looked for, in milliseconds.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [BlankIsNull]
    [ArgumentCompleter(typeof(KnobValueCompleter))]
    public uint? StableNodeChainsPruneMilliseconds { get; set; }

    /// <summary>Who sets pages_to_scan: None, ScanTime for the kernel's advisor, or another word that this kernel offers.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [BlankIsNull]
    [ArgumentCompleter(typeof(KnobValueCompleter))]
    public string? AdvisorMode { get; set; }

    /// <summary>The most CPU that the advisor gives ksmd, in percent.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [BlankIsNull]
    [ArgumentCompleter(typeof(KnobValueCompleter))]
    public ulong? AdvisorMaxCpu { get; set; }

    /// <summary>Where the advisor starts, in pages per batch.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [BlankIsNull]
    [ArgumentCompleter(typeof(KnobValueCompleter))]
    public ulong? AdvisorMinPagesToScan { get; set; }

    /// <summary>The most pages per batch that the advisor chooses.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [BlankIsNull]
    [ArgumentCompleter(typeof(KnobValueCompleter))]
    public ulong? AdvisorMaxPagesToScan { get; set; }

    /// <summary>How long a full scan should take under the advisor, in seconds.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [BlankIsNull]
    [ArgumentCompleter(typeof(KnobValueCompleter))]
    public ulong? AdvisorTargetScanTime { get; set; }

    /// <summary>Files of this kernel that have no parameter here, by their names: a vendor's, or those of a newer kernel. They are not taken from the pipeline.</summary>
    [Parameter]
    [FileValues]
    public IDictionary? Other { get; set; }

    /// <summary>Unmerges even if the memory available may not be enough for it.</summary>
    [Parameter]
    public SwitchParameter Force { get; set; }

    /// <inheritdoc/>
    protected override void Begin()
    {
        base.Begin();

        // Saved settings may have it beside what they mean; as an order, which is bound by now, it is none.
        if (Run is { } run && run.HasFlag(KsmRunState.Offline))
        {
            throw new KsmToolsException(ErrorReason.KnobValueInvalid, run, ModuleMessages.RunOffline, ModuleMessages.RunOfflineAction);
        }
    }

    /// <inheritdoc/>
    protected override void Process()
    {
        var request = new KsmConfiguration
        {
            Run = Run & ~KsmRunState.Offline,
            PagesToScan = PagesToScan,
            SleepMilliseconds = SleepMilliseconds,
            MaxPageSharing = MaxPageSharing,
            MergeAcrossNodes = MergeAcrossNodes,
            UseZeroPages = UseZeroPages,
            SmartScan = SmartScan,
            StableNodeChainsPruneMilliseconds = StableNodeChainsPruneMilliseconds,
            AdvisorMode = AdvisorMode,
            AdvisorMaxCpu = AdvisorMaxCpu,
            AdvisorMinPagesToScan = AdvisorMinPagesToScan,
            AdvisorMaxPagesToScan = AdvisorMaxPagesToScan,
            AdvisorTargetScanTime = AdvisorTargetScanTime,
            Other = Other is IReadOnlyDictionary<string, string?> others ? others : ReadOnlyDictionary<string, string?>.Empty,
        };
        if (Set(request, Force) && PassThru)
        {
            WriteObject(new KsmConfigurationStore(Kernel).Read());
        }
    }
}
