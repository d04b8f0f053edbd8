using System.Management.Automation;
using KsmTools.Benchmark;
using KsmTools.Errors;
using KsmTools.Memory.Triggers;
using KsmTools.Records;
using KsmTools.Transformations;

namespace KsmTools.Commands;

/// <summary>Maps pages, has them merged, makes the kernel walk their reverse mappings, and measures the walks.</summary>
[Cmdlet(VerbsLifecycle.Invoke, "RmapBenchmark", SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.High, DefaultParameterSetName = RegionSet)]
[OutputType(typeof(RmapBenchmarkResult))]
public sealed class InvokeRmapBenchmarkCommand : KsmChangeCommand
{
    private const string RegionSet = "Region";
    private const string ForkedSet = "Forked";

    private ProgressRecord? _progress;

    /// <summary>The page types; all three unless given.</summary>
    [Parameter(Position = 0)]
    [RefuseNull]
    [ValidateNotNullOrEmpty]
    public RmapPageType[]? PageType { get; set; }

    /// <summary>How many pages a region has.</summary>
    [Parameter(ParameterSetName = RegionSet)]
    [ValidateRange(1, int.MaxValue)]
    public int PageCount { get; set; } = 20_000;

    /// <summary>How many times the kernel is made to walk, each time for another page.</summary>
    [Parameter]
    [ValidateRange(1, 100_000)]
    public int Iterations { get; set; } = 3;

    /// <summary>Leave a region as one mapping (VMA) instead of one for every page.</summary>
    [Parameter(ParameterSetName = RegionSet)]
    public SwitchParameter NoSplit { get; set; }

    /// <summary>Walk pages that a process and its children map, instead of a region.</summary>
    [Parameter(Mandatory = true, ParameterSetName = ForkedSet)]
    public SwitchParameter Forked { get; set; }

    /// <summary>How many children.</summary>
    [Parameter(ParameterSetName = ForkedSet)]
    [ValidateRange(1, 30_000)]
    public int Children { get; set; } = 255;

    /// <summary>Values of max_page_sharing to measure KSM pages with; the one that is set unless given.</summary>
    [Parameter]
    [RefuseNull]
    [ValidateNotNullOrEmpty]
    public uint[] MaxPageSharing { get; set; } = [];

    /// <summary>What makes the kernel walk; the first that works here unless given.</summary>
    [Parameter]
    public RmapTrigger Trigger { get; set; }

    /// <summary>Where durations come from; the best that works here unless given.</summary>
    [Parameter]
    public RmapBenchmarkSource Source { get; set; }

    /// <summary>Do not time calls of other threads beside walks, which takes as many walks again.</summary>
    [Parameter]
    public SwitchParameter NoBystander { get; set; }

    /// <summary>When to give up merging: seconds, or a duration such as 90s, 10m or 00:10:00.</summary>
    [Parameter]
    [Duration]
    public TimeSpan Timeout { get; set; } = TimeSpan.FromSeconds(60);

    /// <inheritdoc/>
    protected override void End()
    {
        var options = new RmapBenchmarkOptions
        {
            PageTypes = PageType ?? [RmapPageType.Ksm, RmapPageType.Anon, RmapPageType.File],
            PageCount = PageCount,
            Iterations = Iterations,
            Layout = Forked ? RmapBenchmarkLayout.Forked : NoSplit ? RmapBenchmarkLayout.SingleVma : RmapBenchmarkLayout.SplitVma,
            Children = Children,
            MaxPageSharing = MaxPageSharing,
            Trigger = Trigger,
            Source = Source,
            MergeTimeout = Timeout,
            HasBystander = !NoBystander,
        };
        IReadOnlyList<RmapBenchmarkCase> plan = RmapBenchmark.Plan(Kernel, options);
        if (!Confirm(MessageText.Format(ModuleMessages.BenchmarkTarget, Forked ? Iterations : PageCount, Environment.ProcessId, Iterations, string.Join(", ", plan.Select(row => row.PageType).Distinct()))))
        {
            return;
        }

        using RmapBenchmark benchmark = RmapBenchmark.Begin(Kernel, options, Acting);
        _progress = new ProgressRecord(0, MyInvocation.MyCommand.Name, " ");
        for (int row = 0; row < benchmark.Cases.Count; row++)
        {
            Measure(benchmark, row, options);
        }

        _progress.RecordType = ProgressRecordType.Completed;
        WriteProgress(_progress);
    }

    private void Measure(RmapBenchmark benchmark, int row, RmapBenchmarkOptions options)
    {
        RmapBenchmarkCase measured = benchmark.Cases[row];
        try
        {
            RmapBenchmarkResult result = benchmark.Measure(measured, state => Show(state, measured, row, benchmark.Cases.Count, options), PipelineStopToken);
            WriteObject(result);
            foreach (string remark in result.Remarks())
            {
                WriteWarning(remark);
            }
        }
        catch (KsmToolsException failure)
        {
            WriteFailure(failure);
        }
    }

    private void Show(RmapBenchmarkProgress state, RmapBenchmarkCase row, int index, int rows, RmapBenchmarkOptions options)
    {
        _progress!.StatusDescription = state.Step switch
        {
            RmapBenchmarkStep.Mapping => MessageText.Format(ModuleMessages.BenchmarkMapping, row.PageType, options.PageCount),
            RmapBenchmarkStep.Merging => MessageText.Format(ModuleMessages.BenchmarkMerging, row.PageType, state.PagesMerged, options.PageCount),
            _ => MessageText.Format(ModuleMessages.BenchmarkWalking, row.PageType, state.Iteration + 1, options.Iterations),
        };
        _progress.PercentComplete = ((100 * index) + (100 * state.Iteration / options.Iterations)) / rows;
        WriteProgress(_progress);
    }

    // Taking a page out of use lasts until the machine boots: that is asked for. All else is put back.
    private bool Confirm(string target)
    {
        bool asks = MyInvocation.BoundParameters.TryGetValue("Confirm", out object? confirm) && (SwitchParameter)confirm;
        return Trigger == RmapTrigger.SoftOffline || asks ? ShouldProcess(target, ModuleMessages.BenchmarkAction) : ShouldProcessQuietly(target, ModuleMessages.BenchmarkAction);
    }
}
