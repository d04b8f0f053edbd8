using System.Management.Automation;
using KsmTools.Benchmark;
using KsmTools.Errors;
using KsmTools.Ksm;
using KsmTools.Memory.Triggers;
using KsmTools.Transformations;
using KsmTools.Tuning;

namespace KsmTools.Commands;

/// <summary>Recommends settings of KSM by a policy, with the reasons, and makes them.</summary>
[Cmdlet(VerbsCommon.Optimize, "Ksm", SupportsShouldProcess = true, DefaultParameterSetName = ScanTimeSet)]
[OutputType(typeof(KsmRecommendation))]
public sealed class OptimizeKsmCommand : KsmChangeCommand
{
    private const string ScanTimeSet = nameof(KsmPolicy.ScanTime);
    private const string PressureSet = nameof(KsmPolicy.MemoryPressure);
    private const string WalkSet = nameof(KsmPolicy.WalkLatency);

    /// <summary>What KSM is tuned for.</summary>
    [Parameter(Mandatory = true, Position = 0)]
    public KsmPolicy Policy { get; set; }

    /// <summary>How long a full scan should take.</summary>
    [Parameter(ParameterSetName = ScanTimeSet)]
    [Duration(MinimumSeconds = 1)]
    public TimeSpan TargetScanTime { get; set; } = new ScanTimeOptions().TargetScanTime;

    /// <summary>The most that ksmd may take of a CPU, in percent.</summary>
    [Parameter(ParameterSetName = ScanTimeSet)]
    [ValidateRange(1u, 100u)]
    public uint MaximumCpu { get; set; } = new ScanTimeOptions().MaximumCpu;

    /// <summary>The fewest pages per batch.</summary>
    [Parameter(ParameterSetName = ScanTimeSet)]
    [Parameter(ParameterSetName = PressureSet)]
    [ValidateRange(1u, uint.MaxValue)]
    public uint? MinimumPagesToScan { get; set; }

    /// <summary>The most pages per batch.</summary>
    [Parameter(ParameterSetName = ScanTimeSet)]
    [Parameter(ParameterSetName = PressureSet)]
    [ValidateRange(1u, uint.MaxValue)]
    public uint? MaximumPagesToScan { get; set; }

    /// <summary>Memory is short below this share of all memory.</summary>
    [Parameter(ParameterSetName = PressureSet)]
    [Percent(Maximum = 1)]
    public double Threshold { get; set; } = new MemoryPressureOptions().Threshold;

    /// <summary>Memory is short below this many bytes, too.</summary>
    [Parameter(ParameterSetName = PressureSet)]
    [ValidateRange(0L, long.MaxValue)]
    public long MinimumThreshold { get; set; } = new MemoryPressureOptions().MinimumThreshold;

    /// <summary>Pages per batch that each step under pressure adds.</summary>
    [Parameter(ParameterSetName = PressureSet)]
    [ValidateRange(1u, uint.MaxValue)]
    public uint Boost { get; set; } = new MemoryPressureOptions().Boost;

    /// <summary>Pages per batch that each step without pressure takes away.</summary>
    [Parameter(ParameterSetName = PressureSet)]
    [ValidateRange(1u, uint.MaxValue)]
    public uint Decay { get; set; } = new MemoryPressureOptions().Decay;

    /// <summary>The sleep between batches under pressure, in milliseconds.</summary>
    [Parameter(ParameterSetName = PressureSet)]
    [RefuseNull]
    public uint? SleepMilliseconds { get; set; }

    /// <summary>Goes on until it is stopped, and then takes back what it changed.</summary>
    [Parameter(ParameterSetName = PressureSet)]
    public SwitchParameter Continuous { get; set; }

    /// <summary>The time between steps.</summary>
    [Parameter(ParameterSetName = PressureSet)]
    [Duration(MinimumSeconds = 0.05, MaximumSeconds = 24 * 3600)]
    public TimeSpan Interval { get; set; } = TimeSpan.FromSeconds(60);

    /// <summary>How long 99% of walks may take.</summary>
    [Parameter(ParameterSetName = WalkSet, Mandatory = true)]
    [Duration(MinimumSeconds = 1e-6, MaximumSeconds = 3600)]
    public TimeSpan MaximumWalkLatency { get; set; }

    /// <summary>The largest max_page_sharing to consider.</summary>
    [Parameter(ParameterSetName = WalkSet)]
    [RefuseNull]
    [ValidateRange(2u, (uint)int.MaxValue)]
    public uint? MaxPageSharing { get; set; }

    /// <summary>How many pages to measure with.</summary>
    [Parameter(ParameterSetName = WalkSet)]
    [ValidateRange(2, int.MaxValue)]
    public int PageCount { get; set; } = new WalkLatencyOptions().PageCount;

    /// <summary>How many times the kernel is made to walk for each measurement.</summary>
    [Parameter(ParameterSetName = WalkSet)]
    [ValidateRange(1, 100_000)]
    public int Iterations { get; set; } = new WalkLatencyOptions().Iterations;

    /// <summary>What makes the kernel walk; the first that works here unless given.</summary>
    [Parameter(ParameterSetName = WalkSet)]
    public RmapTrigger Trigger { get; set; }

    /// <summary>Where durations come from; the best that works here unless given.</summary>
    [Parameter(ParameterSetName = WalkSet)]
    public RmapBenchmarkSource Source { get; set; }

    /// <summary>When to give up merging: seconds, or a duration such as 90s, 10m or 00:10:00.</summary>
    [Parameter(ParameterSetName = WalkSet)]
    [Duration]
    public TimeSpan Timeout { get; set; } = new WalkLatencyOptions().MergeTimeout;

    /// <summary>Unmerges what is merged on the machine, if there is memory for it, so that max_page_sharing can change.</summary>
    [Parameter(ParameterSetName = WalkSet)]
    public SwitchParameter Force { get; set; }

    /// <summary>Makes the recommended changes.</summary>
    [Parameter]
    public SwitchParameter Apply { get; set; }

    private string Folder => Kernel.Locate(KsmConfigurationStore.Folder);

    private string Name => MyInvocation.MyCommand.Name;

    /// <inheritdoc/>
    protected override void End()
    {
        CheckParameters();
        switch (Policy)
        {
            case KsmPolicy.ScanTime:
                ReachScanTime();
                break;
            case KsmPolicy.MemoryPressure:
                RelievePressure();
                break;
            default:
                BoundWalks();
                break;
        }
    }

    private void ReachScanTime()
    {
        var policy = new ScanTimePolicy(Kernel, new ScanTimeOptions
        {
            TargetScanTime = TargetScanTime,
            MaximumCpu = MaximumCpu,
            MinimumPagesToScan = MinimumPagesToScan,
            MaximumPagesToScan = MaximumPagesToScan,
        });
        WriteObject(Make(policy.Recommend, recommendation => policy.TryApply(recommendation, Acting)));
    }

    private void RelievePressure()
    {
        var defaults = new MemoryPressureOptions();
        var policy = new MemoryPressurePolicy(Kernel, new MemoryPressureOptions
        {
            Threshold = Threshold,
            MinimumThreshold = MinimumThreshold,
            Boost = Boost,
            Decay = Decay,
            MinimumPagesToScan = MinimumPagesToScan ?? defaults.MinimumPagesToScan,
            MaximumPagesToScan = MaximumPagesToScan ?? defaults.MaximumPagesToScan,
            SleepMilliseconds = SleepMilliseconds,
        });
        if (Continuous)
        {
            GoOn(policy);
            return;
        }

        WriteObject(Make(policy.Recommend, step => policy.TryApply(step, Acting)));
    }

    private void GoOn(MemoryPressurePolicy policy)
    {
        using MemoryPressureSession? session = Apply && ShouldProcess(Folder, MessageText.Format(ModuleMessages.PressureAction, Interval.TotalSeconds)) ? policy.Begin(Acting) : null;
        do
        {
            WriteObject(session?.Step() ?? policy.Recommend());
        }
        while (!PipelineStopToken.WaitHandle.WaitOne(Interval));
    }

    private void BoundWalks()
    {
        var policy = new WalkLatencyPolicy(Kernel, new WalkLatencyOptions
        {
            MaximumWalkLatency = MaximumWalkLatency,
            MaxPageSharing = MaxPageSharing,
            PageCount = PageCount,
            Iterations = Iterations,
            Trigger = Trigger,
            Source = Source,
            MergeTimeout = Timeout,
            Unmerges = Force,
        });
        policy.Check();
        if (!ShouldProcess(Folder, MessageText.Format(Force ? ModuleMessages.WalkLatencyUnmergeAction : ModuleMessages.WalkLatencyAction, PageCount, Environment.ProcessId)))
        {
            return;
        }

        var progress = new ProgressRecord(0, Name, " ");
        KsmRecommendation recommendation = policy.Run(Acting, IsToBeMade, state => Show(progress, state), PipelineStopToken);
        progress.RecordType = ProgressRecordType.Completed;
        WriteProgress(progress);
        WriteObject(recommendation);
        if (Apply && policy.FailureOf(recommendation) is { } failure)
        {
            WriteFailure(failure);
        }
    }

    // What another command has set for a while is nothing to decide by: what is made is decided under the lock, and asked for again where that is something else.
    private KsmRecommendation Make(Func<KsmRecommendation> recommend, Func<KsmRecommendation, KsmRecommendation?> tryApply)
    {
        while (true)
        {
            KsmRecommendation recommendation = recommend();
            if (!Apply || (recommendation.Action == KsmTuningAction.None ? IsWhatIf : !IsToBeMade(recommendation)))
            {
                return recommendation;
            }

            if (tryApply(recommendation) is { } made)
            {
                return made;
            }
        }
    }

    private bool IsToBeMade(KsmRecommendation recommendation) =>
        Apply && recommendation.Action != KsmTuningAction.None
            && ShouldProcess(Folder, recommendation.Changes.Length > 0 ? string.Join<KsmKnobChange>(", ", recommendation.Changes) : ModuleMessages.PressureForget);

    private void Show(ProgressRecord progress, WalkLatencyProgress state)
    {
        progress.StatusDescription = state.State.Step switch
        {
            RmapBenchmarkStep.Mapping => MessageText.Format(ModuleMessages.WalkLatencyMeasuring, state.MaxPageSharing, state.Measurement, PageCount),
            RmapBenchmarkStep.Merging => MessageText.Format(ModuleMessages.WalkLatencyMerging, state.MaxPageSharing, state.Measurement, state.State.PagesMerged),
            _ => MessageText.Format(ModuleMessages.WalkLatencyWalking, state.MaxPageSharing, state.Measurement, state.State.Iteration + 1, Iterations),
        };
        WriteProgress(progress);
    }

    // A parameter of another policy would be passed over in silence.
    private void CheckParameters()
    {
        Dictionary<string, ParameterMetadata> declared = MyInvocation.MyCommand.Parameters;
        string policy = Policy.ToString();
        if (MyInvocation.BoundParameters.Keys.FirstOrDefault(name => !Belongs(declared[name], policy)) is { } foreign)
        {
            IEnumerable<string> own = declared.Values.Where(parameter => parameter.ParameterSets.ContainsKey(policy)).Select(parameter => "-" + parameter.Name);
            throw new KsmToolsException(
                ErrorReason.KnobValueInvalid, foreign, MessageText.Format(ModuleMessages.PolicyParameter, foreign, policy), MessageText.Format(ModuleMessages.PolicyParameterAction, string.Join(", ", own.Order())));
        }

        if (Policy == KsmPolicy.WalkLatency && MaximumWalkLatency == TimeSpan.Zero)
        {
            throw new KsmToolsException(ErrorReason.KnobValueInvalid, Policy, ModuleMessages.BudgetMissing, ModuleMessages.BudgetMissingAction);
        }
    }

    private static bool Belongs(ParameterMetadata parameter, string policy) =>
        parameter.ParameterSets.ContainsKey(ParameterAttribute.AllParameterSets) || parameter.ParameterSets.ContainsKey(policy);
}
