using System.Buffers;
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
    /// <returns>The first 100 characters, or 99 where a surrogate pair begins with the last; <c>...</c> follows where there are more.</returns>
    public static string Quote(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        if (text.Length <= QuotedLength)
        {
            return Escape(text);
        }

        int length = char.IsHighSurrogate(text[QuotedLength - 1]) ? QuotedLength - 1 : QuotedLength;
        return Escape(text[..length]) + "...";
    }

    /// <summary>
    /// A text with all that a terminal obeys or hides escaped, each as <c>\x</c> and its code in hexadecimal: control characters (C0, DEL, C1), format characters
    /// (bidirectional overrides, zero width, tags) and others that show nothing, line and paragraph separators, what Unicode has not assigned, and halves of surrogate pairs.
    /// </summary>
    /// <remarks>
    /// A backslash stays as it is: paths and quoted text look like themselves, and what is escaped already does not change. So <c>\x1b</c> may be an escape
    /// character or these four characters. It is for people to read; programs compare what was not escaped.
    /// </remarks>
    /// <param name="text">The text.</param>
    /// <returns>The same object where there is nothing to escape.</returns>
    public static string Escape(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        int end = NextEscaped(text, 0, out int length);
        if (end == text.Length)
        {
            return text;
        }

        var shown = new StringBuilder();
        int start = 0;
        while (end < text.Length)
        {
            int code = length == 1 ? text[end] : char.ConvertToUtf32(text[end], text[end + 1]);
            shown.Append(text, start, end - start).Append(CultureInfo.InvariantCulture, $"\\x{code:x2}");
            start = end + length;
            end = NextEscaped(text, start, out length);
        }

        return shown.Append(text, start, end - start).ToString();
    }

    // Where the next character to escape is, and how many UTF-16 units it has; the text's end where there is none.
    private static int NextEscaped(string text, int start, out int length)
    {
        int at = start;
        while (text.AsSpan(at).IndexOfAnyExceptInRange(' ', '~') is >= 0 and int special)
        {
            at += special;
            bool isWhole = Rune.DecodeFromUtf16(text.AsSpan(at), out Rune rune, out length) == OperationStatus.Done;
            if (!isWhole || IsEscaped(rune))
            {
                return at;
            }

            at += length;
        }

        length = 0;
        return text.Length;
    }

    private static bool IsEscaped(Rune rune) =>
        Rune.GetUnicodeCategory(rune) is UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator or UnicodeCategory.OtherNotAssigned
        || IsInvisible(rune.Value);

    // Letters and marks that show nothing: the rest of Default_Ignorable_Code_Point of Unicode, and the Braille pattern without dots.
    private static bool IsInvisible(int code) => code is 0x34f or 0x115f or 0x1160 or 0x17b4 or 0x17b5 or (>= 0x180b and <= 0x180f) or 0x2800 or 0x3164
        or (>= 0xfe00 and <= 0xfe0f) or 0xffa0 or (>= 0xe0100 and <= 0xe01ef);
}
