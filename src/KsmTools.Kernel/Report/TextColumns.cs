using System.Globalization;
using System.Text;

namespace KsmTools.Report;

/// <summary>How many columns of a terminal a text takes, as wcwidth(3) has it: marks none, letters of East Asia and pictures two.</summary>
public static class TextColumns
{
    // The ranges of East_Asian_Width W and F (Unicode 16) as terminals take them.
    private static readonly (int From, int To)[] Wide =
    [
        (0x1100, 0x115F), (0x2E80, 0x303E), (0x3041, 0x33FF), (0x3400, 0x4DBF), (0x4E00, 0x9FFF), (0xA000, 0xA4CF), (0xA960, 0xA97F), (0xAC00, 0xD7A3),
        (0xF900, 0xFAFF), (0xFE30, 0xFE6F), (0xFF00, 0xFF60), (0xFFE0, 0xFFE6), (0x16FE0, 0x18DFF), (0x1AFF0, 0x1B2FF), (0x1F000, 0x1FAFF), (0x20000, 0x3FFFD),
    ];

    /// <summary>The columns of a text.</summary>
    /// <param name="text">The text, on one line.</param>
    public static int Of(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return text.EnumerateRunes().Sum(Of);
    }

    /// <summary>A text in lines of so many columns, those after the first indented; broken at spaces where there are some, and never within what people take for a character.</summary>
    /// <param name="text">The text, on one line.</param>
    /// <param name="most">Columns that a line may have.</param>
    /// <param name="indent">What is before the lines that follow.</param>
    internal static IEnumerable<string> Wrap(string text, int most, string indent)
    {
        string before = string.Empty;
        while (Of(before + text) > most)
        {
            int fits = Fitting(text, most - before.Length);
            int space = text.LastIndexOf(' ', Math.Min(fits, text.Length - 1));
            int end = space > 0 ? space : fits;
            yield return (before + text[..end]).TrimEnd();
            text = text[end..].TrimStart();
            before = indent;
        }

        yield return before + text;
    }

    private static int Fitting(string text, int most)
    {
        int length = StringInfo.GetNextTextElementLength(text);
        while (length < text.Length && Of(text[..(length + StringInfo.GetNextTextElementLength(text, length))]) <= most)
        {
            length += StringInfo.GetNextTextElementLength(text, length);
        }

        return length;
    }

    private static int Of(Rune rune) => Rune.GetUnicodeCategory(rune) is UnicodeCategory.NonSpacingMark or UnicodeCategory.EnclosingMark
        ? 0
        : Array.Exists(Wide, range => rune.Value >= range.From && rune.Value <= range.To) ? 2 : 1;
}
