using System.Globalization;

namespace KsmTools.Report;

/// <summary>Text that keeps within a width. It is cut between what people take for characters, never within one.</summary>
internal static class FittedText
{
    private const string Ellipsis = "\u2026";

    /// <summary>A text, or as much of its beginning as fits before an ellipsis.</summary>
    public static string Cut(string text, double width, double size, bool bold = false)
    {
        if (FontMetrics.Width(text, size, bold) <= width)
        {
            return text;
        }

        int length = Fitting(text, width - FontMetrics.Width(Ellipsis, size, bold), size, bold);
        return text[..length].TrimEnd() + Ellipsis;
    }

    /// <summary>A text in lines, broken at spaces where there are some.</summary>
    public static IReadOnlyList<string> Wrap(string text, double width, double size, bool bold = false)
    {
        var lines = new List<string>();
        while (FontMetrics.Width(text, size, bold) > width)
        {
            int fits = Math.Max(Fitting(text, width, size, bold), StringInfo.GetNextTextElementLength(text));
            int space = fits < text.Length ? text.LastIndexOf(' ', fits) : -1;
            int end = space > 0 ? space : fits;
            lines.Add(text[..end].TrimEnd());
            text = text[end..].TrimStart();
        }

        if (text.Length > 0 || lines.Count == 0)
        {
            lines.Add(text);
        }

        return lines;
    }

    private static int Fitting(string text, double width, double size, bool bold)
    {
        int length = 0;
        double wide = 0;
        while (length < text.Length)
        {
            int next = StringInfo.GetNextTextElementLength(text, length);
            wide += FontMetrics.Width(text.Substring(length, next), size, bold);
            if (wide > width)
            {
                break;
            }

            length += next;
        }

        return length;
    }
}
