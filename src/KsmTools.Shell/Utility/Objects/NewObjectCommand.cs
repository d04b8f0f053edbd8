using System.Collections;
using System.Management.Automation;

namespace Microsoft.PowerShell.Commands;

[Cmdlet(VerbsCommon.New, "Object", DefaultParameterSetName = "Net")]
public sealed class NewObjectCommand : PSCmdlet
{
    [Parameter(ParameterSetName = "Net", Mandatory = true, Position = 0)]
    [ValidateTrustedData]
    public string TypeName { get; set; } = string.Empty;

    [Parameter(ParameterSetName = "Net", Position = 1)]
    [Alias("Args")]
    public object?[]? ArgumentList { get; set; }

    [Parameter]
    public IDictionary? Property { get; set; }

    protected override void BeginProcessing()
    {
        if (!LanguagePrimitives.TryConvertTo(TypeName, out Type? type) || type is null)
        {
            Fail(
                new PSArgumentException($"Cannot find type [{TypeName}]: verify that the assembly containing this type is loaded."),
                "TypeNotFound", ErrorCategory.InvalidType);
            return;
        }

        object? created = Create(type);
        if (created is null)
        {
            return;
        }

        foreach (DictionaryEntry entry in Property ?? new Hashtable())
        {
            Set(created, entry.Key.ToString() ?? string.Empty, entry.Value);
        }

        WriteObject(created);
    }

    private object? Create(Type type)
    {
        if (type == typeof(PSCustomObject) || type == typeof(PSObject))
        {
            return new PSObject();
        }

        if (ArgumentList is not { Length: > 0 } && type.IsValueType)
        {
            return Activator.CreateInstance(type);
        }

        if (type.GetConstructors().Length == 0)
        {
            Fail(
                new PSArgumentException($"A constructor was not found. Cannot find an appropriate constructor for type {TypeName}."),
                "CannotFindAppropriateCtor", ErrorCategory.ObjectNotFound);
            return null;
        }

        try
        {
            // The language's own choice among constructors and conversions of arguments.
            object? result = ScriptBlock.Create("param($type, $arguments) , $type::new.Invoke($arguments)").InvokeReturnAsIs(type, ArgumentList ?? []);
            return result is IList { Count: 1 } list && !type.IsInstanceOfType(Base(result)) ? list[0] : result;
        }
        catch (RuntimeException exception)
        {
            Fail(exception, "ConstructorInvokedThrowException", ErrorCategory.InvalidOperation);
            return null;
        }
    }

    private static object? Base(object? value) => value is PSObject wrapped ? wrapped.BaseObject : value;

    private void Set(object target, string name, object? value)
    {
        PSObject wrapped = PSObject.AsPSObject(target);
        try
        {
            if (wrapped.BaseObject is PSCustomObject)
            {
                wrapped.Properties.Add(new PSNoteProperty(name, value));
            }
            else if (wrapped.Members[name] is PSPropertyInfo property)
            {
                property.Value = value;
            }
            else if (wrapped.Members[name] is PSMethodInfo method)
            {
                method.Invoke(value);
            }
            else
            {
                Fail(
                    new InvalidOperationException($"The member \"{name}\" was not found for the specified .NET object."),
                    "InvalidOperationException", ErrorCategory.InvalidOperation);
            }
        }
        catch (SetValueException exception)
        {
            Fail(new InvalidOperationException($"The value supplied is not valid, or the property is read-only. Change the value, and then try again. {exception.Message}", exception), "SetValueException", ErrorCategory.InvalidData);
        }
    }

    private void Fail(Exception exception, string errorId, ErrorCategory category) => ThrowTerminatingError(new ErrorRecord(exception, errorId, category, null));
}
