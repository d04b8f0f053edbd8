using System.Globalization;
using System.Text;

namespace KsmTools.Errors;

/// <summary>Messages are for people and logs: numbers in them are formatted alike in every locale.</summary>
internal static class Text
{
    private const int QuotedLength = 100;

    public static string Format(string format, params ReadOnlySpan<object?> arguments) =>
        string.Format(CultureInfo.InvariantCulture, format, arguments);

    /// <summary>What a file holds, as a message can quote it: shortened, control characters escaped. Files may be anybody's, and terminals obey what they are shown.</summary>
    public static string Quote(ReadOnlySpan<byte> bytes) =>
        bytes.Length > QuotedLength ? Escape(Encoding.UTF8.GetString(bytes[..QuotedLength])) + "..." : Escape(Encoding.UTF8.GetString(bytes));

    /// <inheritdoc cref="Quote(ReadOnlySpan{byte})"/>
    public static string Quote(string text) => text.Length > QuotedLength ? Escape(text[..QuotedLength]) + "..." : Escape(text);

    /// <summary>A text with its control characters escaped.</summary>
    public static string Escape(string text)
    {
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
