using System.Management.Automation;
using KsmTools.Completers;
using KsmTools.Errors;
using KsmTools.Memory;
using KsmTools.Memory.Triggers;
using KsmTools.Records;

namespace KsmTools.Commands;

/// <summary>Makes the kernel walk the reverse mappings of pages.</summary>
[Cmdlet(VerbsLifecycle.Invoke, "RmapWalk", SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.High, DefaultParameterSetName = RegionSet)]
[OutputType(typeof(RmapTriggerResult))]
public sealed class InvokeRmapWalkCommand : KsmToolsCommand
{
    private const string RegionSet = "Region";
    private const string AddressSet = "Address";

    /// <summary>The region whose first pages are walked.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true, ParameterSetName = RegionSet)]
    [ValidateNotNull]
    public RmapRegion? Region { get; set; }

    /// <summary>The process.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipelineByPropertyName = true, ParameterSetName = AddressSet)]
    [Alias("ProcessId", "PID")]
    [ValidateRange(1, int.MaxValue)]
    [ArgumentCompleter(typeof(KsmProcessIdCompleter))]
    public int Id { get; set; }

    /// <summary>The address of any byte of the first page.</summary>
    [Parameter(Mandatory = true, Position = 1, ValueFromPipelineByPropertyName = true, ParameterSetName = AddressSet)]
    [ValidateRange(0, long.MaxValue)]
    public long Address { get; set; }

    /// <summary>How many pages.</summary>
    [Parameter]
    [ValidateRange(1, GetProcessPageCommand.MostPages)]
    public int Count { get; set; } = 1;

    /// <summary>What makes it walk; the first that works here unless given.</summary>
    [Parameter]
    public RmapTrigger Trigger { get; set; }

    /// <inheritdoc/>
    protected override void Process()
    {
        try
        {
            TriggerTarget target = Region is { } region ? TriggerTarget.Of(Kernel, region, Count) : new TriggerTarget(Kernel, Id, Address, Count);
            RmapTriggers triggers = RmapTriggers.Choose(Trigger, target);
            if (Confirm(triggers, target))
            {
                Run(triggers);
            }
        }
        catch (KsmToolsException failure) when (failure.Reason is ErrorReason.ProcessNotFound or ErrorReason.PageNotFound or ErrorReason.PageMoveFailed)
        {
            WriteFailure(failure);
        }
    }

    private void Run(RmapTriggers triggers)
    {
        var progress = new ProgressRecord(0, MyInvocation.MyCommand.Name, triggers.Action);
        WriteProgress(progress);
        RmapTriggerResult result = triggers.Run(PipelineStopToken);
        progress.RecordType = ProgressRecordType.Completed;
        WriteProgress(progress);
        WriteObject(result);
        if (result.Remark() is { } remark)
        {
            WriteWarning(remark);
        }

        if (Region?.PageType == RmapPageType.Ksm && result.PageType == RmapPageType.Anon)
        {
            WriteWarning(MessageText.Format(ModuleMessages.RegionNotMerged, result.Address));
        }
    }

    // Taking a page out of use lasts until the machine boots: that is asked for. The other triggers put nothing at risk.
    private bool Confirm(RmapTriggers triggers, TriggerTarget target)
    {
        string pages = MessageText.Format(ModuleMessages.PagesTarget, target.Count, target.Id, target.First.Address);
        bool asks = MyInvocation.BoundParameters.TryGetValue("Confirm", out object? confirm) && (SwitchParameter)confirm;
        return triggers.Trigger == RmapTrigger.SoftOffline || asks ? ShouldProcess(pages, triggers.Action) : ShouldProcessQuietly(pages, triggers.Action);
    }
}
