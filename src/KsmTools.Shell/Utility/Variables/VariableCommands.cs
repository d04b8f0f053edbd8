using System.Globalization;
using System.Management.Automation;
using System.Management.Automation.Internal;

namespace Microsoft.PowerShell.Commands;

/// <summary>What the variable commands share: scopes by name.</summary>
public abstract class VariableCommandBase : PSCmdlet
{
    [Parameter]
    [ValidateSet("Global", "Local", "Script")]
    public string? Scope { get; set; }

    /// <summary>The name with its scope, as in <c>$global:name</c>.</summary>
    private protected string Scoped(string name) => Scope is null ? name : $"{Scope}:{name}";

    /// <summary>The variables that a name or pattern means.</summary>
    private protected List<PSVariable> FindOrReport(string name)
    {
        if (!WildcardPattern.ContainsWildcardCharacters(name))
        {
            if (SessionState.PSVariable.Get(Scoped(WildcardPattern.Unescape(name))) is PSVariable one)
            {
                return [one];
            }

            NotFound(name);
            return [];
        }

        var pattern = WildcardPattern.Get(name, WildcardOptions.IgnoreCase);
        return
        [
            .. InvokeProvider.ChildItem.Get("Variable:", recurse: false)
                .Select(item => item.BaseObject)
                .OfType<PSVariable>()
                .Where(variable => pattern.IsMatch(variable.Name))
                .Select(variable => SessionState.PSVariable.Get(Scoped(variable.Name)) ?? variable)
                .OrderBy(variable => variable.Name, StringComparer.CurrentCultureIgnoreCase),
        ];
    }

    private void NotFound(string name) => WriteError(new ErrorRecord(
        new ItemNotFoundException($"Cannot find a variable with the name '{name}'."), "VariableNotFound", ErrorCategory.ObjectNotFound, name));
}

[Cmdlet(VerbsCommon.Get, "Variable")]
[OutputType(typeof(PSVariable))]
public sealed class GetVariableCommand : VariableCommandBase
{
    [Parameter(Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [ValidateNotNullOrEmpty]
    public string[] Name { get; set; } = ["*"];

    [Parameter]
    public SwitchParameter ValueOnly { get; set; }

    protected override void ProcessRecord()
    {
        foreach (string name in Name)
        {
            foreach (PSVariable variable in FindOrReport(name))
            {
                WriteObject(ValueOnly ? variable.Value : variable);
            }
        }
    }
}

[Cmdlet(VerbsCommon.Set, "Variable", SupportsShouldProcess = true)]
[OutputType(typeof(PSVariable))]
public sealed class SetVariableCommand : VariableCommandBase
{
    private readonly List<object?> _values = [];

    [Parameter(Position = 0, ValueFromPipelineByPropertyName = true, Mandatory = true)]
    public string[] Name { get; set; } = [];

    [Parameter(Position = 1, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    public object? Value { get; set; } = AutomationNull.Value;

    [Parameter]
    public string? Description { get; set; }

    [Parameter]
    public ScopedItemOptions Option { get; set; }

    [Parameter]
    public SwitchParameter Force { get; set; }

    [Parameter]
    public SwitchParameter PassThru { get; set; }

    protected override void ProcessRecord()
    {
        if (Value != AutomationNull.Value)
        {
            _values.Add(Value);
        }
    }

    protected override void EndProcessing()
    {
        object? value = _values.Count switch
        {
            0 => null,
            1 => _values[0],
            _ => _values.ToArray(),
        };
        foreach (string name in Name)
        {
            if (!ShouldProcess($"Name: {name} Value: {string.Format(CultureInfo.CurrentCulture, "{0}", value)}", "Set variable"))
            {
                continue;
            }

            if (!TrySet(name, value))
            {
                continue;
            }

            PSVariable variable = SessionState.PSVariable.Get(Scoped(name));
            if (Description is not null)
            {
                variable.Description = Description;
            }

            if (MyInvocation.BoundParameters.ContainsKey(nameof(Option)))
            {
                variable.Options = Option;
            }

            if (PassThru)
            {
                WriteObject(variable);
            }
        }
    }

    private bool TrySet(string name, object? value)
    {
        try
        {
            if (Force && SessionState.PSVariable.Get(Scoped(name)) is PSVariable known && (known.Options & ScopedItemOptions.ReadOnly) != 0)
            {
                known.Options &= ~ScopedItemOptions.ReadOnly;
            }

            SessionState.PSVariable.Set(Scoped(name), value);
            return true;
        }
        catch (SessionStateException exception)
        {
            WriteError(new ErrorRecord(exception.ErrorRecord, exception));
            return false;
        }
    }
}

[Cmdlet(VerbsCommon.New, "Variable", SupportsShouldProcess = true)]
[OutputType(typeof(PSVariable))]
public sealed class NewVariableCommand : VariableCommandBase
{
    [Parameter(Position = 0, ValueFromPipelineByPropertyName = true, Mandatory = true)]
    public string Name { get; set; } = string.Empty;

    [Parameter(Position = 1, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    public object? Value { get; set; }

    [Parameter]
    public string? Description { get; set; }

    [Parameter]
    public ScopedItemOptions Option { get; set; }

    [Parameter]
    public SwitchParameter Force { get; set; }

    [Parameter]
    public SwitchParameter PassThru { get; set; }

    protected override void ProcessRecord()
    {
        if (!Force && SessionState.PSVariable.Get(Scope is null ? "local:" + Name : Scoped(Name)) is not null)
        {
            WriteError(new ErrorRecord(
                new SessionStateException($"A variable with name '{Name}' already exists."), "VariableAlreadyExists", ErrorCategory.ResourceExists, Name));
            return;
        }

        if (!ShouldProcess($"Name: {Name} Value: {string.Format(CultureInfo.CurrentCulture, "{0}", Value)}", "New variable"))
        {
            return;
        }

        PSVariable variable = Scope is null ? NewLocal() : NewScoped();
        variable.Description = Description ?? string.Empty;
        if (PassThru)
        {
            WriteObject(variable);
        }
    }

    private PSVariable NewLocal()
    {
        var variable = new PSVariable(Name, Value, Option);
        SessionState.PSVariable.Set(variable);
        return variable;
    }

    private PSVariable NewScoped()
    {
        SessionState.PSVariable.Set(Scoped(Name), Value);
        PSVariable variable = SessionState.PSVariable.Get(Scoped(Name));
        variable.Options = Option;
        return variable;
    }
}

[Cmdlet(VerbsCommon.Remove, "Variable", SupportsShouldProcess = true)]
public sealed class RemoveVariableCommand : VariableCommandBase
{
    [Parameter(Position = 0, ValueFromPipelineByPropertyName = true, Mandatory = true)]
    public string[] Name { get; set; } = [];

    [Parameter]
    public SwitchParameter Force { get; set; }

    protected override void ProcessRecord()
    {
        foreach (string name in Name)
        {
            foreach (PSVariable variable in FindOrReport(name))
            {
                if (ShouldProcess($"Name: {variable.Name}", "Remove variable"))
                {
                    Remove(variable);
                }
            }
        }
    }

    private void Remove(PSVariable variable)
    {
        try
        {
            if (Force && (variable.Options & ScopedItemOptions.ReadOnly) != 0)
            {
                variable.Options &= ~ScopedItemOptions.ReadOnly;
            }

            SessionState.PSVariable.Remove(variable);
        }
        catch (SessionStateException exception)
        {
            WriteError(new ErrorRecord(exception.ErrorRecord, exception));
        }
    }
}
