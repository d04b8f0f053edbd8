using System.Globalization;
using KsmTools.Tests.Support;

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
    public static object Make(Type type) => Filled.Make(type, (_, held) => held == typeof(string) ? Name : null, listed: 2);
}
