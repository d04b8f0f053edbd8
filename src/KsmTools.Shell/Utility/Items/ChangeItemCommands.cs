using System.Management.Automation;

namespace Microsoft.PowerShell.Commands;

[Cmdlet(VerbsCommon.Remove, "Item", SupportsShouldProcess = true, DefaultParameterSetName = PathSet)]
public sealed class RemoveItemCommand : PathCommandBase
{
    private bool _yesToAll;
    private bool _noToAll;

    [Parameter]
    [Alias("r")]
    public SwitchParameter Recurse { get; set; }

    protected override void ProcessRecord()
    {
        foreach (string path in Paths)
        {
            foreach (string item in ResolveItems(path, IsLiteral))
            {
                Guard(item, () => Remove(item));
            }
        }
    }

    private void Remove(string item)
    {
        string exact = IsLiteral ? item : WildcardPattern.Escape(item);
        bool container = InvokeProvider.Item.IsContainer(exact);
        string target = Shown(item);
        if (container && !Recurse && InvokeProvider.ChildItem.HasChild(exact, Force, literalPath: false))
        {
            if (!ShouldContinue(
                    $"The item at {target} has children and the Recurse parameter was not specified. If you continue, all children will be removed with the item. Are you sure you want to continue?",
                    "Confirm", ref _yesToAll, ref _noToAll))
            {
                return;
            }
        }

        if (ShouldProcess(target, container ? "Remove Directory" : "Remove File"))
        {
            InvokeProvider.Item.Remove([item], recurse: true, Force, literalPath: true);
        }
    }
}

[Cmdlet(VerbsCommon.New, "Item", SupportsShouldProcess = true, DefaultParameterSetName = "pathSet")]
public sealed class NewItemCommand : ItemCommandBase
{
    [Parameter(Position = 0, ParameterSetName = "pathSet", Mandatory = true, ValueFromPipelineByPropertyName = true)]
    [Parameter(Position = 0, ParameterSetName = "nameSet", ValueFromPipelineByPropertyName = true)]
    public string[] Path { get; set; } = ["."];

    [Parameter(ParameterSetName = "nameSet", Mandatory = true, ValueFromPipelineByPropertyName = true)]
    [AllowNull]
    [AllowEmptyString]
    public string? Name { get; set; }

    [Parameter(ValueFromPipelineByPropertyName = true)]
    [Alias("Type")]
    public string? ItemType { get; set; }

    [Parameter(ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [Alias("Target")]
    public object? Value { get; set; }

    [Parameter]
    public SwitchParameter Force { get; set; }

    protected override void ProcessRecord()
    {
        foreach (string path in Path)
        {
            Guard(path, () =>
            {
                string whole = string.IsNullOrEmpty(Name) ? path : SessionState.Path.Combine(path, Name);
                bool folder = ItemType is not null && "Directory".StartsWith(ItemType, StringComparison.OrdinalIgnoreCase);
                if (ShouldProcess($"Destination: {Shown(whole)}", folder ? "Create Directory" : "Create File"))
                {
                    WriteObject(InvokeProvider.Item.New([path], Name, ItemType, Value, Force), enumerateCollection: true);
                }
            });
        }
    }
}

[Cmdlet(VerbsCommon.Copy, "Item", SupportsShouldProcess = true, DefaultParameterSetName = PathSet)]
public sealed class CopyItemCommand : PathCommandBase
{
    [Parameter(Position = 1, ValueFromPipelineByPropertyName = true)]
    public string Destination { get; set; } = ".";

    [Parameter]
    public SwitchParameter Recurse { get; set; }

    [Parameter]
    public SwitchParameter PassThru { get; set; }

    protected override void ProcessRecord()
    {
        foreach (string path in Paths)
        {
            foreach (string item in ResolveItems(path, IsLiteral))
            {
                Guard(item, () =>
                {
                    string exact = IsLiteral ? item : WildcardPattern.Escape(item);
                    string action = InvokeProvider.Item.IsContainer(exact) ? "Copy Directory" : "Copy File";
                    string target = InvokeProvider.Item.IsContainer(WildcardPattern.Escape(Destination))
                        ? System.IO.Path.Combine(Shown(Destination), SessionState.Path.ParseChildName(item))
                        : Shown(Destination);
                    if (ShouldProcess($"Item: {Shown(item)} Destination: {target}", action))
                    {
                        object made = InvokeProvider.Item.Copy([item], Destination, Recurse, CopyContainers.CopyTargetContainer, Force, literalPath: true);
                        if (PassThru)
                        {
                            WriteObject(made, enumerateCollection: true);
                        }
                    }
                });
            }
        }
    }
}
