using System.Management.Automation;
using System.Management.Automation.Internal;

namespace Microsoft.PowerShell.Commands;

/// <summary>A member as Get-Member shows it.</summary>
public sealed class MemberDefinition(string typeName, string name, PSMemberTypes memberType, string definition)
{
    public string TypeName => typeName;

    public string Name => name;

    public PSMemberTypes MemberType => memberType;

    public string Definition => definition;

    public override string ToString() => definition;
}

[Cmdlet(VerbsCommon.Get, "Member")]
[OutputType(typeof(MemberDefinition))]
public sealed class GetMemberCommand : PSCmdlet
{
    private readonly HashSet<string> _shown = new(StringComparer.OrdinalIgnoreCase);

    [Parameter(ValueFromPipeline = true)]
    public PSObject? InputObject { get; set; }

    [Parameter(Position = 0)]
    [ValidateNotNullOrEmpty]
    public string[] Name { get; set; } = ["*"];

    [Parameter]
    [Alias("Type")]
    public PSMemberTypes MemberType { get; set; } = PSMemberTypes.All;

    protected override void ProcessRecord()
    {
        if (InputObject is null || InputObject == AutomationNull.Value)
        {
            return;
        }

        string type = InputObject.TypeNames.Count > 0 ? InputObject.TypeNames[0] : "<null>";
        if (!_shown.Add(type))
        {
            return;
        }

        foreach (string name in Name)
        {
            IEnumerable<MemberDefinition> members = InputObject.Members.Match(name, MemberType)
                .Where(member => !IsHidden(member))
                .Select(member => new MemberDefinition(type, member.Name, member.MemberType, member.ToString()!))
                .OrderBy(member => member.MemberType.ToString(), StringComparer.OrdinalIgnoreCase)
                .ThenBy(member => member.Name, StringComparer.OrdinalIgnoreCase);
            WriteObject(members, enumerateCollection: true);
        }
    }

    protected override void EndProcessing()
    {
        if (_shown.Count == 0)
        {
            WriteError(new ErrorRecord(
                new InvalidOperationException("You must specify an object for the Get-Member cmdlet."),
                "NoObjectInGetMember", ErrorCategory.CloseError, null));
        }
    }

    /// <summary>The engine's own members, and the methods behind properties, events and operators.</summary>
    private bool IsHidden(PSMemberInfo member) =>
        member is PSMemberSet && member.Name is "psbase" or "psadapted" or "psextended" or "psobject" or "PSStandardMembers"
        || (member is PSMethod && IsSpecial(member.Name));

    private bool IsSpecial(string name) =>
        (name.StartsWith("get_", StringComparison.Ordinal) || name.StartsWith("set_", StringComparison.Ordinal)
            || name.StartsWith("add_", StringComparison.Ordinal) || name.StartsWith("remove_", StringComparison.Ordinal)
            || name.StartsWith("op_", StringComparison.Ordinal))
        && Array.TrueForAll(
            [.. InputObject!.BaseObject.GetType().GetMethods().Where(method => method.Name.Equals(name, StringComparison.Ordinal))],
            method => method.IsSpecialName);
}
