using System.Diagnostics;
using System.Management.Automation;
using KsmTools.Completers;
using KsmTools.Errors;
using KsmTools.Model;
using KsmTools.Transformations;

namespace KsmTools.Commands;

/// <summary>Says what walks of KSM pages cost, and find, by the way in which the kernel looks for mappings.</summary>
[Cmdlet(VerbsData.Compare, "RmapStrategy", DefaultParameterSetName = LayoutSet)]
[OutputType(typeof(RmapStrategyCost))]
public sealed class CompareRmapStrategyCommand : KsmToolsCommand
{
    private const string LayoutSet = "Layout";
    private const string ProcessSet = "Process";

    private static readonly TimeSpan ShowAtMostEvery = TimeSpan.FromMilliseconds(100);

    private long _shownAt;

    /// <summary>Mappings of one anon_vma.</summary>
    [Parameter(Position = 0, ParameterSetName = LayoutSet)]
    [ValidateRange(1, RmapStrategyComparison.Most)]
    public int VmaCount { get; set; } = 20_000;

    /// <summary>Equal pages in them.</summary>
    [Parameter(Position = 1, ParameterSetName = LayoutSet)]
    [ValidateRange(RmapStrategyComparison.LeastMaxPageSharing, RmapStrategyComparison.Most)]
    public int Sharing { get; set; } = 256;

    /// <summary>Items that one KSM page takes; as many as there are equal pages unless given.</summary>
    [Parameter(ParameterSetName = LayoutSet)]
    [RefuseNull]
    [ValidateRange(RmapStrategyComparison.LeastMaxPageSharing, int.MaxValue)]
    public int? MaxPageSharing { get; set; }

    /// <summary>Move half of the mappings with mremap(2).</summary>
    [Parameter(ParameterSetName = LayoutSet)]
    public SwitchParameter Mremap { get; set; }

    /// <summary>The process.</summary>
    [Parameter(Mandatory = true, ValueFromPipelineByPropertyName = true, ParameterSetName = ProcessSet)]
    [Alias("ProcessId", "PID")]
    [ValidateRange(1, int.MaxValue)]
    [ArgumentCompleter(typeof(KsmProcessIdCompleter))]
    public int Id { get; set; }

    /// <summary>Measured walks of KSM pages on a kernel that looks at every mapping, before Linux 7.3.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    [Calibration]
    public RmapCalibration[] Calibration { get; set; } = [];

    /// <summary>The longest that a walk may take.</summary>
    [Parameter]
    [RefuseNull]
    [Duration(MinimumSeconds = 1e-6)]
    public TimeSpan? MaximumWalkDuration { get; set; }

    /// <inheritdoc/>
    protected override void Process()
    {
        if (ParameterSetName == LayoutSet)
        {
            CompareLayout();
            return;
        }

        try
        {
            var comparison = new ProcessRmapComparison(Kernel) { Calibration = Calibration, MaximumWalkDuration = MaximumWalkDuration };
            IReadOnlyList<RmapStrategyCost> costs = comparison.Run(Id, PipelineStopToken);
            if (costs[0].IsUpperBound)
            {
                WriteWarning(MessageText.Format(ModuleMessages.FramesHidden, Id));
            }
            else if (costs[0].KsmPageCount == 0)
            {
                WriteWarning(MessageText.Format(ModuleMessages.ProcessNotMerged, Id));
            }
            else if (costs[0].MaximumVmasVisited is null)
            {
                WriteWarning(MessageText.Format(ModuleMessages.OthersHidden, Id));
            }

            Write(costs);
        }
        catch (KsmToolsException failure) when (failure.Reason is ErrorReason.ProcessNotFound or ErrorReason.AccessDenied)
        {
            WriteFailure(failure);
        }
    }

    private void CompareLayout()
    {
        var comparison = new RmapStrategyComparison
        {
            VmaCount = VmaCount,
            Sharing = Sharing,
            MaxPageSharing = MaxPageSharing,
            Mremap = Mremap,
            Calibration = Calibration,
            MaximumWalkDuration = MaximumWalkDuration,
        };
        Write(comparison.Run(Show, PipelineStopToken));
        if (_shownAt != 0)
        {
            WriteProgress(new ProgressRecord(0, MyInvocation.MyCommand.Name, ModuleMessages.CompareDone) { RecordType = ProgressRecordType.Completed });
        }
    }

    private void Write(IEnumerable<RmapStrategyCost> costs)
    {
        foreach (RmapStrategyCost cost in costs)
        {
            if (cost is { MaximumWalkDuration: { } bound, RecommendedMaxPageSharing: null })
            {
                WriteWarning(MessageText.Format(ModuleMessages.BoundNotReachable, cost.Strategy, bound.TotalMicroseconds, cost.VmaCount));
            }

            WriteObject(cost);
        }
    }

    private void Show(double done, RmapStrategy? strategy)
    {
        if (_shownAt != 0 && Stopwatch.GetElapsedTime(_shownAt) < ShowAtMostEvery)
        {
            return;
        }

        _shownAt = Stopwatch.GetTimestamp();
        string status = strategy is { } way ? MessageText.Format(ModuleMessages.CompareWalks, way, Sharing) : MessageText.Format(ModuleMessages.CompareMakes, VmaCount);
        WriteProgress(new ProgressRecord(0, MyInvocation.MyCommand.Name, status) { PercentComplete = strategy is null ? -1 : (int)(done * 100) });
    }
}
