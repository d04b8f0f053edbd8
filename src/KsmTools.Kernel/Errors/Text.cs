using System.Globalization;

namespace KsmTools.Errors;

/// <summary>Messages are for people and logs: numbers in them are formatted alike in every locale, and control characters of names are escaped.</summary>
internal static class Text
{
    public static string Format(string format, params ReadOnlySpan<object?> arguments) =>
        TerminalText.Escape(string.Format(CultureInfo.InvariantCulture, format, arguments));
}
