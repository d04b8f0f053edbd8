using System.Collections;
using System.Management.Automation;
using Microsoft.PowerShell.Commands;

namespace KsmTools.Shell.Utility;

/// <summary>A property that a user named: by name or pattern, by a script block, or by a table that also gives a name or an order.</summary>
internal sealed class PropertyParameter
{
    private static readonly Type[] ExpressionTypes = [typeof(string), typeof(ScriptBlock)];

    private PropertyParameter(PSPropertyExpression expression) => Expression = expression;

    public PSPropertyExpression Expression { get; private init; }

    public string? Name { get; private set; }

    public bool? Ascending { get; private set; }

    public bool? Descending { get; private set; }

    /// <summary>The same with one of the properties that a pattern matched.</summary>
    public PropertyParameter With(PSPropertyExpression expression) =>
        new(expression) { Name = Name, Ascending = Ascending, Descending = Descending };

    /// <summary>Reads what <c>-Property</c> was given; anything wrong ends the command.</summary>
    /// <param name="command">The command that reports errors.</param>
    /// <param name="values">What was given.</param>
    /// <param name="keys">The keys that a table may have besides <c>Expression</c>, each with its synonyms after a bar.</param>
    /// <param name="patterns">Whether wildcard patterns are allowed.</param>
    public static List<PropertyParameter> Parse(PSCmdlet command, object?[]? values, string[] keys, bool patterns = true) =>
        [.. (values ?? []).Select(value => One(command, Base(value), keys, patterns))];

    private static object? Base(object? value) => value is PSObject wrapped ? wrapped.BaseObject : value;

    private static PropertyParameter One(PSCmdlet command, object? value, string[] keys, bool patterns)
    {
        switch (value)
        {
            case IDictionary table:
                return FromTable(command, table, keys, patterns);
            case string or ScriptBlock:
                return new PropertyParameter(ExpressionOf(command, value, patterns, key: null));
            case null:
                throw Fail(
                    command, "DictionaryKeyUnknownType",
                    $"The value of a parameter was null; one of the following types was expected: {{{Names()}, {typeof(IDictionary).FullName}}}.");
            default:
                throw Fail(
                    command, "DictionaryKeyUnknownType", $"Cannot convert {value.GetType().FullName} to one of the following types {{{Names()}}}.");
        }
    }

    private static PropertyParameter FromTable(PSCmdlet command, IDictionary table, string[] keys, bool patterns)
    {
        PSPropertyExpression? expression = null;
        string? name = null;
        bool? ascending = null;
        bool? descending = null;
        foreach (DictionaryEntry entry in table)
        {
            if (entry.Key is not string key)
            {
                throw Fail(command, "DictionaryKeyNonString", $"The {entry.Key.GetType().Name} key type is not valid. The key must be a string.");
            }

            object? value = Base(entry.Value);
            switch (Match(command, key, keys))
            {
                case "Expression":
                    if (value is not (string or ScriptBlock))
                    {
                        throw value is null
                            ? Fail(command, "DictionaryKeyMissingValue", $"The {key} key has no value.")
                            : Fail(
                                command, "DictionaryKeyIllegalValue1",
                                $"The \"{key}\" key has a type, {value.GetType().FullName}, that is not valid; expected types are {{{Names()}}}.");
                    }

                    expression = ExpressionOf(command, value, patterns, key);
                    break;
                case "Name":
                    name = value as string ?? throw Wrong(command, key, value, typeof(string));
                    break;
                case "Ascending":
                    ascending = value as bool? ?? throw Wrong(command, key, value, typeof(bool));
                    break;
                default:
                    descending = value as bool? ?? throw Wrong(command, key, value, typeof(bool));
                    break;
            }
        }

        return expression is null
            ? throw Fail(command, "DictionaryKeyMandatoryEntry", "A mandatory entry for expression is missing.")
            : new PropertyParameter(expression) { Name = name, Ascending = ascending, Descending = descending };
    }

    private static string Match(PSCmdlet command, string key, string[] keys)
    {
        string? found = null;
        foreach (string candidate in keys.Prepend("Expression"))
        {
            string[] synonyms = candidate.Split('|');
            if (!synonyms.Any(synonym => synonym.StartsWith(key, StringComparison.OrdinalIgnoreCase)))
            {
                continue;
            }

            if (found is not null)
            {
                throw Fail(command, "DictionaryKeyAmbiguous", $"The {key} key is ambiguous; {found} and {synonyms[0]} conflict.");
            }

            found = synonyms[0];
        }

        return found ?? throw Fail(command, "DictionaryKeyIllegal", $"The {key} key is not valid.");
    }

    private static PSPropertyExpression ExpressionOf(PSCmdlet command, object value, bool patterns, string? key)
    {
        if (value is ScriptBlock script)
        {
            return new PSPropertyExpression(script);
        }

        string name = (string)value;
        if (name.Length == 0)
        {
            throw key is null
                ? Fail(command, "ExpressionEmptyString1", "An empty string value is not allowed.")
                : Fail(command, "ExpressionEmptyString2", $"The \"{key}\" key cannot have an empty string value.");
        }

        var expression = new PSPropertyExpression(name);
        return expression.HasWildCardCharacters && !patterns
            ? throw Fail(command, "ExpressionGlobbing1", $"Wildcard characters are not allowed in \"{name}\".")
            : expression;
    }

    private static string Names() => string.Join(", ", ExpressionTypes.Select(type => type.FullName));

    private static InvalidOperationException Wrong(PSCmdlet command, string key, object? value, Type expected) =>
        value is null
            ? Fail(command, "DictionaryKeyMissingValue", $"The {key} key has no value.")
            : Fail(
                command, "DictionaryKeyIllegalValue2",
                $"The \"{key}\" key has a type, {value.GetType().FullName}, that is not valid; expected type is {expected}.");

    /// <summary>Ends the command. It returns an exception only so that callers can throw it, which the compiler understands.</summary>
    private static InvalidOperationException Fail(PSCmdlet command, string errorId, string message)
    {
        command.ThrowTerminatingError(
            new ErrorRecord(new NotSupportedException(), errorId, ErrorCategory.InvalidArgument, null) { ErrorDetails = new ErrorDetails(message) });
        return new InvalidOperationException(message);
    }
}

/// <summary>One property read from many objects.</summary>
internal sealed class PropertyReader(PSPropertyExpression expression)
{
    private readonly string? _plainName = expression.Script is null && !expression.HasWildCardCharacters ? expression.ToString() : null;

    /// <summary>The property, or false where the object has none. A getter that throws gives its exception.</summary>
    public bool TryRead(PSObject item, out object? value, out Exception? failure)
    {
        value = null;
        failure = null;

        // The common case, without the lists that expressions return.
        if (_plainName is not null && item.BaseObject is not IDictionary && item.Properties[_plainName] is PSPropertyInfo { IsGettable: true } property)
        {
            try
            {
                value = property.Value;
                return true;
            }
            catch (GetValueException exception)
            {
                failure = exception;
                return true;
            }
        }

        List<PSPropertyExpressionResult> results = expression.GetValues(item, expand: false, eatExceptions: true);
        if (results.Count == 0)
        {
            return false;
        }

        value = results[0].Result;
        failure = results[0].Exception;
        return true;
    }
}
