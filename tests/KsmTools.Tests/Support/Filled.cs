using System.Collections;
using System.Reflection;
using System.Runtime.CompilerServices;

namespace KsmTools.Tests.Support;

/// <summary>Objects of our types with a value in every property that has one of its own.</summary>
internal static class Filled
{
    /// <summary>An object of a type, with the objects within it.</summary>
    /// <param name="type">The type.</param>
    /// <param name="value">The value of a property of a type, or of the items of a list; null where it is to be the type's default.</param>
    /// <param name="listed">How many items lists have.</param>
    public static object Make(Type type, Func<PropertyInfo, Type, object?> value, int listed)
    {
        object made = RuntimeHelpers.GetUninitializedObject(type);
        foreach (PropertyInfo property in type.GetProperties())
        {
            FieldInfo? field = property.DeclaringType!.GetField($"<{property.Name}>k__BackingField", BindingFlags.Instance | BindingFlags.NonPublic);
            field?.SetValue(made, Value(property, Nullable.GetUnderlyingType(property.PropertyType) ?? property.PropertyType, value, listed));
        }

        return made;
    }

    private static object? Value(PropertyInfo property, Type type, Func<PropertyInfo, Type, object?> value, int listed) =>
        value(property, type) is { } given ? given
        : type.IsValueType ? Activator.CreateInstance(type)
        : type == typeof(IReadOnlyDictionary<string, string>) ? Dictionary(property, value, listed)
        : type.IsAssignableTo(typeof(IEnumerable)) ? List(property, type.GetElementType() ?? type.GetGenericArguments()[0], value, listed)
        : Make(type, value, listed);

    private static OrderedDictionary<string, string> Dictionary(PropertyInfo property, Func<PropertyInfo, Type, object?> value, int listed)
    {
        var pairs = new OrderedDictionary<string, string>();
        for (int index = 0; index < listed; index++)
        {
            pairs.Add($"{value(property, typeof(string))}{index}", $"{value(property, typeof(string))}");
        }

        return pairs;
    }

    private static Array List(PropertyInfo property, Type element, Func<PropertyInfo, Type, object?> value, int listed)
    {
        var list = Array.CreateInstance(element, listed);
        for (int index = 0; index < listed; index++)
        {
            list.SetValue(Value(property, element, value, listed), index);
        }

        return list;
    }
}
