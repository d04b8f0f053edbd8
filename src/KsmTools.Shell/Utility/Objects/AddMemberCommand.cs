using System.Collections;
using System.Collections.ObjectModel;
using System.Globalization;
using System.Management.Automation;
using System.Reflection;

namespace Microsoft.PowerShell.Commands;

[Cmdlet(VerbsCommon.Add, "Member", DefaultParameterSetName = "TypeNameSet")]
public sealed class AddMemberCommand : PSCmdlet
{
    private const string MemberSet = "MemberSet";
    private const string TypeSet = "TypeNameSet";
    private const string NoteSet = "NotePropertySingleMemberSet";
    private const string NotesSet = "NotePropertyMultiMemberSet";

    [Parameter(Mandatory = true, ValueFromPipeline = true, ParameterSetName = MemberSet)]
    [Parameter(Mandatory = true, ValueFromPipeline = true, ParameterSetName = TypeSet)]
    [Parameter(Mandatory = true, ValueFromPipeline = true, ParameterSetName = NoteSet)]
    [Parameter(Mandatory = true, ValueFromPipeline = true, ParameterSetName = NotesSet)]
    public PSObject InputObject { get; set; } = null!;

    [Parameter(Mandatory = true, Position = 0, ParameterSetName = MemberSet)]
    [Alias("Type")]
    public PSMemberTypes MemberType { get; set; }

    [Parameter(Mandatory = true, Position = 1, ParameterSetName = MemberSet)]
    public string Name { get; set; } = string.Empty;

    [Parameter(Position = 2, ParameterSetName = MemberSet)]
    public object? Value { get; set; }

    [Parameter(Position = 3, ParameterSetName = MemberSet)]
    public object? SecondValue { get; set; }

    [Parameter(Mandatory = true, ParameterSetName = TypeSet)]
    [Parameter(ParameterSetName = MemberSet)]
    [Parameter(ParameterSetName = NoteSet)]
    [Parameter(ParameterSetName = NotesSet)]
    [ValidateNotNullOrEmpty]
    public string? TypeName { get; set; }

    [Parameter(ParameterSetName = MemberSet)]
    [Parameter(ParameterSetName = NoteSet)]
    [Parameter(ParameterSetName = NotesSet)]
    public SwitchParameter Force { get; set; }

    [Parameter]
    public SwitchParameter PassThru { get; set; }

    [Parameter(Mandatory = true, Position = 0, ParameterSetName = NoteSet)]
    [ValidateNotNullOrEmpty]
    public string NotePropertyName { get; set; } = string.Empty;

    [Parameter(Mandatory = true, Position = 1, ParameterSetName = NoteSet)]
    [AllowNull]
    public object? NotePropertyValue { get; set; }

    [Parameter(Mandatory = true, Position = 0, ParameterSetName = NotesSet)]
    [ValidateNotNullOrEmpty]
    public IDictionary NotePropertyMembers { get; set; } = null!;

    protected override void ProcessRecord()
    {
        bool added = true;
        switch (ParameterSetName)
        {
            case NoteSet:
                added = Add(new PSNoteProperty(NotePropertyName, NotePropertyValue));
                break;
            case NotesSet:
                foreach (DictionaryEntry entry in NotePropertyMembers)
                {
                    added &= Add(new PSNoteProperty(entry.Key.ToString(), entry.Value));
                }

                break;
            case MemberSet:
                added = NewMember() is PSMemberInfo member && Add(member);
                break;
        }

        if (added && TypeName is not null)
        {
            InputObject.TypeNames.Insert(0, TypeName);
        }

        if (PassThru && added)
        {
            WriteObject(InputObject);
        }
    }

    private static T? To<T>(object? value)
        where T : class => value is null ? null : (T?)LanguagePrimitives.ConvertTo(value, typeof(T), CultureInfo.InvariantCulture);

    private PSMemberInfo? NewMember()
    {
        switch (MemberType)
        {
            case PSMemberTypes.NoteProperty:
                return new PSNoteProperty(Name, Value);
            case PSMemberTypes.AliasProperty:
                return SecondValue is null ? new PSAliasProperty(Name, To<string>(Value)) : new PSAliasProperty(Name, To<string>(Value), To<Type>(SecondValue));
            case PSMemberTypes.ScriptProperty:
                return new PSScriptProperty(Name, To<ScriptBlock>(Value), To<ScriptBlock>(SecondValue));
            case PSMemberTypes.ScriptMethod:
                return new PSScriptMethod(Name, To<ScriptBlock>(Value));
            case PSMemberTypes.CodeProperty:
                return new PSCodeProperty(Name, To<MethodInfo>(Value), To<MethodInfo>(SecondValue));
            case PSMemberTypes.CodeMethod:
                return new PSCodeMethod(Name, To<MethodInfo>(Value));
            case PSMemberTypes.PropertySet:
                return new PSPropertySet(Name, To<Collection<string>>(Value));
            case PSMemberTypes.MemberSet:
                return Value is null ? new PSMemberSet(Name) : new PSMemberSet(Name, To<Collection<PSMemberInfo>>(Value));
            default:
                ThrowTerminatingError(new ErrorRecord(
                    new InvalidOperationException($"Cannot add a member with type \"{MemberType}\". Specify a different type for the MemberTypes parameter."),
                    "CannotAddMemberType,Microsoft.PowerShell.Commands.AddMemberCommand", ErrorCategory.InvalidOperation, MemberType));
                return null;
        }
    }

    private bool Add(PSMemberInfo member)
    {
        PSMemberInfo? existing = InputObject.Members[member.Name];
        if (existing is not null)
        {
            if (!Force)
            {
                WriteError(new ErrorRecord(
                    new InvalidOperationException(
                        $"Cannot add a member with the name \"{member.Name}\" because a member with that name already exists. To overwrite the member anyway, add the Force parameter to your command."),
                    "MemberAlreadyExists", ErrorCategory.InvalidOperation, member.Name));
                return false;
            }

            if (existing.IsInstance)
            {
                InputObject.Members.Remove(member.Name);
            }
        }

        InputObject.Members.Add(member);
        return true;
    }
}
