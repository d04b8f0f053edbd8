using System.Management.Automation;
using KsmTools.Completers;
using KsmTools.Errors;
using KsmTools.Ksm;
using KsmTools.Merge;
using KsmTools.Transformations;

namespace KsmTools.Commands;

/// <summary>Drives ksmd at full speed until merging has converged, and puts the former settings back.</summary>
[Cmdlet(VerbsLifecycle.Invoke, "KsmMerge", SupportsShouldProcess = true)]
[OutputType(typeof(KsmMergeResult))]
public sealed class InvokeKsmMergeCommand : KsmChangeCommand
{
    private readonly List<int> _processIds = [];

    /// <summary>Full scans that must pass at least.</summary>
    [Parameter]
    [ValidateRange(1, int.MaxValue)]
    public int FullScans { get; set; } = 2;

    /// <summary>When to give up: seconds, or a duration such as 90s, 10m or 00:10:00.</summary>
    [Parameter]
    [Duration]
    public TimeSpan Timeout { get; set; } = TimeSpan.FromSeconds(60);

    /// <summary>Pages per batch while it runs.</summary>
    [Parameter]
    [ValidateRange(1u, uint.MaxValue)]
    public uint PagesToScan { get; set; } = 4096;

    /// <summary>Milliseconds that ksmd sleeps between batches while it runs.</summary>
    [Parameter]
    public uint SleepMilliseconds { get; set; }

    /// <summary>Processes by whose pages convergence is judged and merged pages are counted.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [RefuseNull]
    [Alias("ProcessId", "PID")]
    [ArgumentCompleter(typeof(KsmProcessIdCompleter))]
    public int[] Id { get; set; } = [];

    /// <summary>Leaves ksmd running.</summary>
    [Parameter]
    public SwitchParameter KeepRunning { get; set; }

    /// <summary>Leaves pages_to_scan and sleep_millisecs as they were while it ran.</summary>
    [Parameter]
    public SwitchParameter KeepSettings { get; set; }

    /// <inheritdoc/>
    protected override void Process() => _processIds.AddRange(Id);

    /// <inheritdoc/>
    protected override void End()
    {
        // Whoever pipes processes means those: none is nobody, and not everybody.
        if (MyInvocation.ExpectingInput && _processIds.Count == 0)
        {
            return;
        }

        var run = new KsmMergeRun(Kernel, new KsmMergeOptions
        {
            FullScans = FullScans,
            Timeout = Timeout,
            PagesToScan = PagesToScan,
            SleepMilliseconds = SleepMilliseconds,
            ProcessIds = _processIds,
            KeepRunning = KeepRunning,
            KeepSettings = KeepSettings,
        });
        if (!ShouldProcess(Kernel.Locate(KsmConfigurationStore.Folder), MyInvocation.MyCommand.Name))
        {
            return;
        }

        var progress = new ProgressRecord(0, MyInvocation.MyCommand.Name, " ");
        KsmMergeResult result = run.Run(Acting, state => Show(progress, state), PipelineStopToken);
        progress.RecordType = ProgressRecordType.Completed;
        WriteProgress(progress);
        WriteObject(result);
        if (run.FailureOf(result) is { } failure)
        {
            WriteFailure(failure);
        }
        else if (KsmMergeRun.RemarkOn(result) is { } remark)
        {
            WriteWarning(remark);
        }
    }

    private void Show(ProgressRecord progress, KsmMergeProgress state)
    {
        progress.StatusDescription = MessageText.Format(
            ModuleMessages.MergeProgress, state.FullScans, state.PagesMerged, state.Elapsed.TotalSeconds);
        progress.PercentComplete = (int)Math.Clamp(100 * state.FullScans / (FullScans + 1), 0, 99);
        WriteProgress(progress);
    }
}
