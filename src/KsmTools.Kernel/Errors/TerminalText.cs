using System.Globalization;
using System.Text;

namespace KsmTools.Errors;

/// <summary>Text of unknown origin, made safe to show: files and names may be anybody's, and terminals obey the control characters they are shown.</summary>
public static class TerminalText
{
    private const int QuotedLength = 100;

    /// <summary>What a file holds, as a message can quote it: shortened, control characters escaped.</summary>
    /// <param name="bytes">UTF-8; what is not valid becomes U+FFFD.</param>
    /// <returns>The first 100 bytes; <c>...</c> follows where there are more.</returns>
    public static string Quote(ReadOnlySpan<byte> bytes) =>
        bytes.Length > QuotedLength ? Escape(Encoding.UTF8.GetString(bytes[..QuotedLength])) + "..." : Escape(Encoding.UTF8.GetString(bytes));

    /// <summary>A text as a message can quote it: shortened, control characters escaped.</summary>
    /// <param name="text">The text.</param>
    /// <returns>The first 100 characters; <c>...</c> follows where there are more.</returns>
    public static string Quote(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return text.Length > QuotedLength ? Escape(text[..QuotedLength]) + "..." : Escape(text);
    }

    /// <summary>A text with its control, format and line-separating characters escaped, each as <c>\x</c> and its code in hexadecimal.</summary>
    /// <param name="text">The text.</param>
    public static string Escape(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var shown = new StringBuilder();
        foreach (char character in text)
        {
            _ = char.IsControl(character) || CharUnicodeInfo.GetUnicodeCategory(character) is UnicodeCategory.Format or UnicodeCategory.LineSeparator
                ? shown.Append(CultureInfo.InvariantCulture, $"\\x{(int)character:x2}")
                : shown.Append(character);
        }

        return shown.ToString();
    }
}
