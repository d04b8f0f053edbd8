using System.Collections;
using System.Reflection;

namespace KsmTools.Tests.Conventions;

/// <summary>The types that cmdlets write, with those of the objects within.</summary>
internal static class ShownTypes
{
    public static IReadOnlyList<Type> Reached { get; } = [.. Reach().OrderBy(type => type.FullName, StringComparer.Ordinal)];

    /// <summary>Whether what a type's value shows as may have a name in it that is anybody's.</summary>
    public static bool IsText(Type type)
    {
        Type held = Nullable.GetUnderlyingType(type) ?? type;
        return held == typeof(string) || held == typeof(object)
            || (Element(held) is { } element ? IsText(element) : !held.IsAssignableTo(typeof(IFormattable)) && held != typeof(bool) && ToStringOf(held) != typeof(object));
    }

    /// <summary>Whether a property of a type is such a one.</summary>
    public static bool HasText(Type type) => type.GetProperties().Any(property => IsText(property.PropertyType));

    /// <summary>The type of a property, as PowerShell finds it: that of each item where there is a list. Null where there is no such property.</summary>
    public static Type? Property(Type type, string name)
    {
        if (type.GetProperty(name, BindingFlags.Public | BindingFlags.Instance | BindingFlags.IgnoreCase) is { } property)
        {
            return property.PropertyType;
        }

        return Element(type) is not { } element ? null
            : name is "Count" or "Length" ? typeof(int)
            : Property(element, name);
    }

    /// <summary>The type of a list's items; null of what is no list.</summary>
    public static Type? Element(Type type) =>
        type == typeof(string) || !type.IsAssignableTo(typeof(IEnumerable)) ? null : type.GetElementType() ?? type.GetGenericArguments()[0];

    private static Type ToStringOf(Type type) => type.GetMethod(nameof(ToString), Type.EmptyTypes)?.DeclaringType ?? typeof(string);

    private static HashSet<Type> Reach()
    {
        var reached = new HashSet<Type>();
        var open = new Stack<Type>(Surface.OutputTypes);
        while (open.TryPop(out Type? type))
        {
            Type held = Element(type) ?? Nullable.GetUnderlyingType(type) ?? type;
            if (Surface.IsOurs(held) && !held.IsEnum && reached.Add(held))
            {
                foreach (PropertyInfo property in held.GetProperties())
                {
                    open.Push(property.PropertyType);
                }
            }
        }

        return reached;
    }
}
