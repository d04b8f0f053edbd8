using System.Collections;
using System.Globalization;
using System.Reflection;
using System.Runtime.CompilerServices;

namespace KsmTools.Tests.Names;

/// <summary>What somebody may name a thread who wants to write to the terminal of whoever looks at it, and objects that are full of such names.</summary>
internal static class Hostile
{
    /// <summary>What a faked line begins with.</summary>
    public const string Faked = "faked";

    /// <summary>Sets a terminal's title, erases it, fakes a line, turns the direction, and erases again by a C1 control.</summary>
    public const string Name = "\u001b]0;pwned\a\u001b[2J\n" + Faked + "\u202e\u009b2J";

    /// <summary>How it is shown.</summary>
    public const string Shown = @"\x1b]0;pwned\x07\x1b[2J\x0a" + Faked + @"\x202e\x9b2J";

    /// <summary>Whether a terminal obeys or hides a character; the end of a line is what formatters write.</summary>
    public static bool IsObeyed(char character) => character is not ('\n' or '\r')
        && CharUnicodeInfo.GetUnicodeCategory(character) is UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator;

    /// <summary>A text that a terminal shows and does not obey, and in which no name makes a line of its own.</summary>
    public static void AssertHarmless(string shown)
    {
        Assert.DoesNotContain(shown, IsObeyed);
        Assert.DoesNotContain(shown.Split('\n'), line => line.StartsWith(Faked, StringComparison.Ordinal));
    }

    /// <summary>An object of a type that has this name wherever it has text, and objects within that have it too.</summary>
    public static object Make(Type type)
    {
        object made = RuntimeHelpers.GetUninitializedObject(type);
        foreach (PropertyInfo property in type.GetProperties())
        {
            if (Backing(property) is { } field)
            {
                field.SetValue(made, Value(property.PropertyType));
            }
        }

        return made;
    }

    private static FieldInfo? Backing(PropertyInfo property) =>
        property.DeclaringType!.GetField($"<{property.Name}>k__BackingField", BindingFlags.Instance | BindingFlags.NonPublic);

    private static object? Value(Type type)
    {
        Type held = Nullable.GetUnderlyingType(type) ?? type;
        return held == typeof(string) ? Name
            : held.IsValueType ? Activator.CreateInstance(held)
            : held.IsAssignableTo(typeof(IEnumerable)) ? List(held.GetElementType() ?? held.GetGenericArguments()[0])
            : Make(held);
    }

    private static Array List(Type element)
    {
        var list = Array.CreateInstance(element, 2);
        list.SetValue(Value(element), 0);
        list.SetValue(Value(element), 1);
        return list;
    }
}
