using System.Management.Automation;
using KsmTools.Errors;
using KsmTools.Memory;

namespace KsmTools.Commands;

/// <summary>Unmaps test regions.</summary>
[Cmdlet(VerbsCommon.Remove, "RmapRegion", SupportsShouldProcess = true, DefaultParameterSetName = RegionSet)]
[OutputType(typeof(void))]
public sealed class RemoveRmapRegionCommand : KsmToolsCommand
{
    private const string RegionSet = "Region";
    private const string PipelineSet = "InputObject";

    /// <summary>The regions.</summary>
    [Parameter(Mandatory = true, Position = 0, ParameterSetName = RegionSet)]
    [ValidateNotNull]
    public RmapRegion[] Region { get; set; } = [];

    /// <summary>A region from the pipeline.</summary>
    [Parameter(Mandatory = true, ValueFromPipeline = true, ParameterSetName = PipelineSet)]
    [ValidateNotNull]
    public RmapRegion? InputObject { get; set; }

    /// <inheritdoc/>
    protected override void Process()
    {
        if (InputObject is not null)
        {
            Remove(InputObject);
        }

        foreach (RmapRegion region in Region)
        {
            Remove(region);
        }
    }

    private void Remove(RmapRegion region)
    {
        if (!region.IsRemoved && ShouldProcess(MessageText.Format(ModuleMessages.RegionTarget, region.PageCount, region.PageType, region.Address)))
        {
            region.Dispose();
        }
    }
}
