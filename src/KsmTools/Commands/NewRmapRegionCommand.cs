using System.Management.Automation;
using KsmTools.Errors;
using KsmTools.Memory;
using KsmTools.Records;

namespace KsmTools.Commands;

/// <summary>Maps memory in this process for rmap walks to work on.</summary>
[Cmdlet(VerbsCommon.New, "RmapRegion", SupportsShouldProcess = true)]
[OutputType(typeof(RmapRegion))]
public sealed class NewRmapRegionCommand : KsmToolsCommand
{
    /// <summary>The kind of pages.</summary>
    [Parameter(Mandatory = true, Position = 0)]
    public RmapPageType PageType { get; set; }

    /// <summary>How many pages.</summary>
    [Parameter(Mandatory = true, Position = 1)]
    [ValidateRange(1, int.MaxValue)]
    public int PageCount { get; set; }

    /// <summary>Make one mapping (VMA) of every page.</summary>
    [Parameter]
    public SwitchParameter SplitVma { get; set; }

    /// <inheritdoc/>
    protected override void Process()
    {
        string what = MessageText.Format(SplitVma ? ModuleMessages.NewSplitRegion : ModuleMessages.NewRegion, PageCount, PageType);
        if (ShouldProcess(MessageText.Format(ModuleMessages.ThisProcess, Environment.ProcessId), what))
        {
            WriteRegion(RmapRegion.Create(Kernel, PageType, PageCount, SplitVma, PipelineStopToken));
        }
    }

    private void WriteRegion(RmapRegion region)
    {
        try
        {
            WriteObject(region);
        }
        catch
        {
            // The pipeline was stopped meanwhile: nobody has the region to remove it.
            region.Dispose();
            throw;
        }
    }
}
