using System.Globalization;
using System.Management.Automation;
using System.Management.Automation.Internal;
using KsmTools.Shell.Utility;

namespace Microsoft.PowerShell.Commands;

/// <summary>What Sort-, Group- and Compare-Object share.</summary>
public abstract class ObjectCmdletBase : PSCmdlet
{
    internal CultureInfo? CultureInfo { get; private set; }

    [Parameter]
    public string? Culture
    {
        get => CultureInfo?.ToString();
        set => CultureInfo = ToCulture(value);
    }

    [Parameter]
    public SwitchParameter CaseSensitive { get; set; }

    private static CultureInfo? ToCulture(string? value)
    {
        string? text = value?.Trim();
        if (string.IsNullOrEmpty(text))
        {
            return null;
        }

        if (text.StartsWith("0x", StringComparison.OrdinalIgnoreCase))
        {
            return int.TryParse(text.AsSpan(2), NumberStyles.AllowHexSpecifier, CultureInfo.CurrentCulture, out int hex)
                ? new CultureInfo(hex)
                : new CultureInfo(text);
        }

        return int.TryParse(text, NumberStyles.AllowThousands, CultureInfo.CurrentCulture, out int number)
            ? new CultureInfo(number)
            : new CultureInfo(text);
    }
}

/// <summary>The input and the keys of Sort-Object and Group-Object.</summary>
public abstract class ObjectBase : ObjectCmdletBase
{
    [Parameter(ValueFromPipeline = true)]
    public PSObject InputObject { get; set; } = AutomationNull.Value;

    [Parameter(Position = 0)]
    public object[]? Property { get; set; }

    internal static string[]? DefaultKeys(PSObject item) =>
        item.Members["PSStandardMembers"] is PSMemberSet standard && standard.Members["DefaultKeyPropertySet"] is PSPropertySet keys
            ? [.. keys.ReferencedPropertyNames]
            : null;

    /// <summary>Patterns become the properties that they match, in the order of their names.</summary>
    internal static List<PropertyParameter> Expand(List<PropertyParameter> parameters, IEnumerable<PSObject> items)
    {
        var expanded = new List<PropertyParameter>();
        foreach (PropertyParameter parameter in parameters)
        {
            if (!parameter.Expression.HasWildCardCharacters)
            {
                expanded.Add(parameter);
                continue;
            }

            var names = new SortedDictionary<string, PSPropertyExpression>(StringComparer.OrdinalIgnoreCase);
            foreach (PSPropertyExpression resolved in items.SelectMany(item => parameter.Expression.ResolveNames(item)))
            {
                names[resolved.ToString()] = resolved;
            }

            expanded.AddRange(names.Values.Select(parameter.With));
        }

        return expanded;
    }

    internal KeyedObject Key(PSObject item, PropertyReader[] readers, PropertyParameter[] parameters, int index) =>
        KeyOf(this, item, readers, parameters, index);

    internal static KeyedObject KeyOf(PSCmdlet command, PSObject item, PropertyReader[] readers, PropertyParameter[] parameters, int index)
    {
        if (readers.Length == 0)
        {
            return new KeyedObject(item, [new KeyValue(item, Exists: true)], comparable: true, index);
        }

        var keys = new KeyValue[readers.Length];
        bool comparable = false;
        for (int i = 0; i < readers.Length; i++)
        {
            if (!readers[i].TryRead(item, out object? value, out Exception? failure))
            {
                command.WriteDebug($"\"{parameters[i].Expression}\" cannot be found in \"InputObject\".");
                continue;
            }

            comparable = true;
            keys[i] = new KeyValue(failure is null ? value : null, Exists: true);
            if (failure is not null)
            {
                command.WriteError(new ErrorRecord(failure, "ExpressionEvaluation", ErrorCategory.InvalidResult, item));
            }
        }

        return new KeyedObject(item, keys, comparable, index);
    }
}
