using System.Collections;
using System.Globalization;
using System.Management.Automation;
using System.Management.Automation.Internal;
using System.Management.Automation.Language;
using System.Numerics;
using System.Reflection;
using Newtonsoft.Json;

namespace KsmTools.Shell.Utility;

/// <summary>Turns objects into dictionaries, lists and values that the JSON writer takes, down to a depth.</summary>
internal sealed class JsonTree(int maximumDepth, Action<string> warn, CancellationToken stop)
{
    private bool _warned;

    public object? Convert(object? value) => Convert(value, 0);

    private object? Convert(object? value, int depth)
    {
        stop.ThrowIfCancellationRequested();
        if (value is null || value == AutomationNull.Value)
        {
            return null;
        }

        var wrapped = value as PSObject;
        object bare = wrapped is null ? value : wrapped.BaseObject;
        switch (bare)
        {
            case NullString or DBNull:
                return null;
            case string or char or bool or DateTime or DateTimeOffset or Guid or Uri or double or float or decimal or BigInteger:
                return WithNotes(wrapped, bare, depth, all: false);
            case Enum:
                return WithNotes(wrapped, Enum.GetUnderlyingType(bare.GetType()) is Type type && (type == typeof(long) || type == typeof(ulong)) ? bare.ToString()! : bare, depth, all: false);
        }

        if (bare.GetType().IsPrimitive)
        {
            return WithNotes(wrapped, bare, depth, all: false);
        }

        if (depth > maximumDepth)
        {
            Truncated();
            return wrapped is { ImmediateBaseObject: PSCustomObject }
                ? LanguagePrimitives.ConvertTo(wrapped, typeof(string), CultureInfo.InvariantCulture)
                : WithNotes(wrapped, LanguagePrimitives.ConvertTo(bare, typeof(string), CultureInfo.InvariantCulture), depth, all: false);
        }

        return bare switch
        {
            IDictionary table => WithNotes(wrapped, Table(table, depth), depth, all: false),
            IEnumerable items => WithNotes(wrapped, items.Cast<object?>().Select(item => Convert(item, depth + 1)).ToList(), depth, all: false),
            _ => WithNotes(wrapped, Members(bare, depth), depth, all: true),
        };
    }

    private void Truncated()
    {
        if (!_warned)
        {
            _warned = true;
            warn(string.Create(CultureInfo.CurrentCulture, $"Resulting JSON is truncated as serialization has exceeded the set depth of {maximumDepth}."));
        }
    }

    private Dictionary<string, object?> Table(IDictionary table, int depth)
    {
        var result = new Dictionary<string, object?>(table.Count);
        foreach (DictionaryEntry entry in table)
        {
            if (entry.Key is not string name)
            {
                throw new NonStringKeyException(table);
            }

            result.Add(name, Convert(entry.Value, depth + 1));
        }

        return result;
    }

    private Dictionary<string, object?> Members(object bare, int depth)
    {
        var result = new Dictionary<string, object?>();
        Type type = bare.GetType();
        foreach (FieldInfo field in type.GetFields(BindingFlags.Public | BindingFlags.Instance))
        {
            if (!field.IsDefined(typeof(JsonIgnoreAttribute), inherit: true))
            {
                result.Add(field.Name, Convert(field.GetValue(bare), depth + 1));
            }
        }

        foreach (PropertyInfo property in type.GetProperties(BindingFlags.Public | BindingFlags.Instance))
        {
            if (!property.IsDefined(typeof(JsonIgnoreAttribute), inherit: true) && property.GetGetMethod() is MethodInfo get && get.GetParameters().Length == 0)
            {
                object? value;
                try
                {
                    value = get.Invoke(bare, null);
                }
                catch (TargetInvocationException)
                {
                    // A getter that throws has no value to show.
                    value = null;
                }

                result.TryAdd(property.Name, Convert(value, depth + 1));
            }
        }

        return result;
    }

    /// <summary>Adds the properties that PowerShell has attached to an object.</summary>
    private object? WithNotes(PSObject? wrapped, object? converted, int depth, bool all)
    {
        if (wrapped is null || wrapped.BaseObject is string or DateTime)
        {
            return converted;
        }

        var result = converted as IDictionary;
        Dictionary<string, object?>? added = null;
        foreach (PSPropertyInfo property in wrapped.Properties)
        {
            bool attached = property.MemberType is not (PSMemberTypes.Property or PSMemberTypes.ParameterizedProperty);
            if (!attached && !(all && wrapped.BaseObject is not PSCustomObject))
            {
                continue;
            }

            IDictionary receiver = result ?? (added ??= new Dictionary<string, object?> { ["value"] = converted });
            if (receiver.Contains(property.Name))
            {
                continue;
            }

            object? value;
            try
            {
                value = property.Value;
            }
            catch (GetValueException)
            {
                value = null;
            }

            receiver[property.Name] = Convert(value, depth + 1);
        }

        return result ?? (object?)added ?? converted;
    }
}

/// <summary>JSON has no keys other than text.</summary>
internal sealed class NonStringKeyException(IDictionary table)
    : InvalidOperationException($"The type '{table.GetType().FullName}' is not supported for serialization or deserialization of a dictionary. Keys must be strings.")
{
    public IDictionary Table => table;
}
