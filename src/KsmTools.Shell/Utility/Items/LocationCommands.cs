using System.Management.Automation;

namespace Microsoft.PowerShell.Commands;

[Cmdlet(VerbsCommon.Get, "Location")]
[OutputType(typeof(PathInfo))]
public sealed class GetLocationCommand : PSCmdlet
{
    protected override void ProcessRecord() => WriteObject(SessionState.Path.CurrentLocation);
}

/// <summary>What the commands that move share.</summary>
public abstract class LocationCommandBase : ItemCommandBase
{
    [Parameter(Position = 0, ParameterSetName = PathSet, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    public string? Path { get; set; }

    [Parameter(ParameterSetName = LiteralSet, Mandatory = true, ValueFromPipelineByPropertyName = true)]
    [Alias("PSPath", "LP")]
    public string? LiteralPath { get; set; }

    [Parameter]
    public SwitchParameter PassThru { get; set; }

    private protected void Go(string path)
    {
        Guard(path, () =>
        {
            PathInfo place = SessionState.Path.SetLocation(path);
            if (PassThru)
            {
                WriteObject(place);
            }
        });
    }
}

[Cmdlet(VerbsCommon.Set, "Location", DefaultParameterSetName = PathSet)]
[OutputType(typeof(PathInfo))]
public sealed class SetLocationCommand : LocationCommandBase
{
    protected override void ProcessRecord() => Go(LiteralPath is null ? Path ?? "~" : WildcardPattern.Escape(LiteralPath));
}

[Cmdlet(VerbsCommon.Push, "Location", DefaultParameterSetName = PathSet)]
[OutputType(typeof(PathInfo))]
public sealed class PushLocationCommand : LocationCommandBase
{
    [Parameter]
    public string? StackName { get; set; }

    protected override void ProcessRecord()
    {
        SessionState.Path.PushCurrentLocation(StackName ?? string.Empty);
        if (LiteralPath is not null || Path is not null)
        {
            Go(LiteralPath is null ? Path! : WildcardPattern.Escape(LiteralPath));
        }
    }
}

[Cmdlet(VerbsCommon.Pop, "Location")]
[OutputType(typeof(PathInfo))]
public sealed class PopLocationCommand : ItemCommandBase
{
    [Parameter]
    public SwitchParameter PassThru { get; set; }

    [Parameter]
    public string? StackName { get; set; }

    protected override void ProcessRecord()
    {
        PathInfo? place = SessionState.Path.PopLocation(StackName ?? string.Empty);
        if (PassThru && place is not null)
        {
            WriteObject(place);
        }
    }
}
