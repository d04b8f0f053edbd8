using System.Management.Automation;

namespace KsmTools.Tests.Help;

/// <summary>A cmdlet with one parameter of each kind that help tells apart.</summary>
[Cmdlet(VerbsCommon.Get, "KsmScratch", DefaultParameterSetName = "Path", SupportsShouldProcess = true)]
[OutputType(typeof(FileInfo))]
public sealed class ScratchCommand : PSCmdlet
{
    [Parameter(Mandatory = true, Position = 0, ParameterSetName = "Path", ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [Alias("FullName")]
    [SupportsWildcards]
    public string[] Path { get; set; } = [];

    [Parameter(Mandatory = true, ParameterSetName = "Day")]
    public DayOfWeek? Day { get; set; }

    [Parameter]
    public int Count { get; set; } = 7;

    [Parameter]
    public SwitchParameter PassThru { get; set; }
}
