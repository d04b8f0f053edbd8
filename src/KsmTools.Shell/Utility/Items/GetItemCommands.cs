using System.Management.Automation;

namespace Microsoft.PowerShell.Commands;

[Cmdlet(VerbsCommon.Get, "Item", DefaultParameterSetName = PathSet)]
public sealed class GetItemCommand : PathCommandBase
{
    protected override void ProcessRecord()
    {
        foreach (string path in Paths)
        {
            Guard(path, () => WriteObject(InvokeProvider.Item.Get([path], Force, IsLiteral), enumerateCollection: true));
        }
    }
}

[Cmdlet(VerbsCommon.Get, "ChildItem", DefaultParameterSetName = "Items")]
public sealed class GetChildItemCommand : ItemCommandBase
{
    [Parameter(Position = 0, ParameterSetName = "Items", ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    public string[] Path { get; set; } = [string.Empty];

    [Parameter(ParameterSetName = "LiteralItems", Mandatory = true, ValueFromPipelineByPropertyName = true)]
    [Alias("PSPath", "LP")]
    public string[]? LiteralPath { get; set; }

    [Parameter(Position = 1)]
    public string? Filter { get; set; }

    [Parameter]
    public string[]? Include { get; set; }

    [Parameter]
    public string[]? Exclude { get; set; }

    [Parameter]
    [Alias("s")]
    public SwitchParameter Recurse { get; set; }

    [Parameter]
    public uint Depth { get; set; } = uint.MaxValue;

    [Parameter]
    public SwitchParameter Force { get; set; }

    [Parameter]
    public SwitchParameter Name { get; set; }

    [Parameter]
    [Alias("ad")]
    public SwitchParameter Directory { get; set; }

    [Parameter]
    [Alias("af")]
    public SwitchParameter File { get; set; }

    protected override void ProcessRecord()
    {
        bool recurse = Recurse || MyInvocation.BoundParameters.ContainsKey(nameof(Depth));
        foreach (string path in LiteralPath ?? Path)
        {
            Guard(path, () =>
            {
                string from = path.Length == 0 ? SessionState.Path.CurrentLocation.Path : path;
                foreach (PSObject item in InvokeProvider.ChildItem.Get([from], recurse, Depth, Force, LiteralPath is not null || path.Length == 0))
                {
                    if (IsWanted(item))
                    {
                        WriteObject(Name ? ShownName(item, from, recurse) : item);
                    }
                }
            });
        }
    }

    private static string ChildName(PSObject item) => item.Properties["PSChildName"]?.Value as string ?? item.ToString();

    private string ShownName(PSObject item, string from, bool recurse)
    {
        string name = ChildName(item);
        return recurse && item.BaseObject is FileSystemInfo file ? System.IO.Path.GetRelativePath(Shown(from), file.FullName) : name;
    }

    private bool IsWanted(PSObject item)
    {
        bool container = item.Properties["PSIsContainer"]?.Value is true;
        if ((Directory && !File && !container) || (File && !Directory && container))
        {
            return false;
        }

        string name = ChildName(item);
        return (Filter is null || Like(Filter, name))
            && (Include is null || Array.Exists(Include, pattern => Like(pattern, name)))
            && (Exclude is null || !Array.Exists(Exclude, pattern => Like(pattern, name)));
    }

    private static bool Like(string pattern, string name) => WildcardPattern.Get(pattern, WildcardOptions.IgnoreCase).IsMatch(name);
}
