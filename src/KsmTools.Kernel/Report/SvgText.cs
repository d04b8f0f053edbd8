using System.Globalization;
using System.Net;
using System.Text;
using KsmTools.Errors;

namespace KsmTools.Report;

/// <summary>Writes a drawing as SVG 1.1.</summary>
internal static class SvgText
{
    private const string Fonts = "system-ui,-apple-system,'Segoe UI',Roboto,'Noto Sans','Liberation Sans','DejaVu Sans',Arial,sans-serif";

    /// <summary>A file of its own, on light paper.</summary>
    /// <param name="drawing">The drawing.</param>
    /// <param name="title">What it is called.</param>
    public static string File(Drawing drawing, string title)
    {
        var text = new StringBuilder("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
        Open(text, drawing, title, string.Create(CultureInfo.InvariantCulture, $" width=\"{drawing.Width}\" height=\"{drawing.Height}\""));
        _ = text.Append("<style>svg{").Append(Inks.Properties(Inks.Light)).Append('}').Append(Inks.Rules()).Append("text{font-family:").Append(Fonts).Append("}</style>\n")
            .Append(CultureInfo.InvariantCulture, $"<rect class=\"{Inks.Name(Ink.Paper)}\" width=\"{drawing.Width}\" height=\"{drawing.Height}\"/>\n");
        Close(text, drawing);
        return text.Append('\n').ToString();
    }

    /// <summary>A part of an HTML page, whose style sheet has the colours.</summary>
    /// <param name="text">Where to.</param>
    /// <param name="drawing">The drawing.</param>
    /// <param name="title">What it is called.</param>
    public static void Inline(StringBuilder text, Drawing drawing, string title)
    {
        Open(text, drawing, title, string.Empty);
        Close(text, drawing);
    }

    /// <summary>Text as XML and HTML hold it. What neither may hold, such as the control characters of a thread's name, is shown by its number.</summary>
    /// <param name="text">The text.</param>
    public static string Escape(string text)
    {
        var shown = new StringBuilder();
        foreach (Rune rune in TerminalText.Escape(text).EnumerateRunes())
        {
            _ = rune.Value is 0xFFFE or 0xFFFF
                ? shown.Append(CultureInfo.InvariantCulture, $"\\x{rune.Value:x2}")
                : shown.Append(WebUtility.HtmlEncode(rune.ToString()));
        }

        return shown.ToString();
    }

    private static void Open(StringBuilder text, Drawing drawing, string title, string attributes) => text.Append(
        CultureInfo.InvariantCulture,
        $"<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {drawing.Width} {drawing.Height}\"{attributes} role=\"img\"><title>{Escape(title)}</title>\n");

    private static void Close(StringBuilder text, Drawing drawing)
    {
        foreach (Shape shape in drawing.Shapes)
        {
            switch (shape)
            {
                case BarShape bar:
                    Bar(text, bar);
                    break;
                case LinesShape lines:
                    Lines(text, lines);
                    break;
                case MarkShape mark:
                    Mark(text, mark);
                    break;
                case TextShape line:
                    Line(text, line);
                    break;
            }
        }

        _ = text.Append("</svg>\n");
    }

    /// <summary>The mark of a group, within text of an HTML page.</summary>
    /// <param name="text">Where to.</param>
    /// <param name="style">How the group is drawn.</param>
    public static void InlineMark(StringBuilder text, GroupStyle style)
    {
        _ = text.Append("<svg class=\"mark\" viewBox=\"0 0 12 12\" aria-hidden=\"true\">");
        Mark(text, new MarkShape(6, 6, 4.5, style.Mark, style.Ink));
        _ = text.Append("</svg>");
    }

    private static void Line(StringBuilder text, TextShape line)
    {
        string anchor = line.Anchor switch { Anchor.Middle => " text-anchor=\"middle\"", Anchor.End => " text-anchor=\"end\"", _ => string.Empty };
        _ = text.Append(CultureInfo.InvariantCulture, $"<text class=\"{Inks.Name(line.Ink)}\" x=\"{line.X:0.#}\" y=\"{line.Y:0.#}\" font-size=\"{line.Size}\"{anchor}{(line.Bold ? " font-weight=\"600\"" : string.Empty)}");

        // Fonts that nobody knows have what ours has not: it takes the room that was left for it.
        if (!FontMetrics.HasAll(line.Text) && line.Width > 0)
        {
            _ = text.Append(CultureInfo.InvariantCulture, $" textLength=\"{line.Width:0.#}\" lengthAdjust=\"spacingAndGlyphs\"");
        }

        _ = text.Append('>').Append(Escape(line.Text));
        if (line.Title is not null)
        {
            _ = text.Append("<title>").Append(Escape(line.Title)).Append("</title>");
        }

        _ = text.Append("</text>\n");
    }

    private static void Mark(StringBuilder text, MarkShape mark)
    {
        if (mark.Corners is { Length: > 0 } corners)
        {
            _ = text.Append(CultureInfo.InvariantCulture, $"<path class=\"{Inks.Name(mark.Ink)}\" d=\"M{string.Join('L', corners.Select(corner => string.Create(CultureInfo.InvariantCulture, $"{corner.X:0.#} {corner.Y:0.#}")))}Z\"/>\n");
        }
        else
        {
            _ = text.Append(CultureInfo.InvariantCulture, $"<circle class=\"{Inks.Name(mark.Ink)}\" cx=\"{mark.X:0.#}\" cy=\"{mark.Y:0.#}\" r=\"{mark.Radius:0.#}\"/>\n");
        }
    }

    private static void Bar(StringBuilder text, BarShape bar)
    {
        _ = text.Append(CultureInfo.InvariantCulture, $"<rect class=\"{Inks.Name(bar.Ink)}\" x=\"{bar.X:0.##}\" y=\"{bar.Y:0.##}\" width=\"{bar.Width:0.##}\" height=\"{bar.Height:0.##}\"");
        _ = bar.Title is null ? text.Append("/>\n") : text.Append("><title>").Append(Escape(bar.Title)).Append("</title></rect>\n");
    }

    private static void Lines(StringBuilder text, LinesShape shape)
    {
        _ = text.Append(CultureInfo.InvariantCulture, $"<path class=\"l-{Inks.Name(shape.Ink)}\" stroke-width=\"{shape.Thickness:0.##}\"");
        if (shape.Opacity < 1)
        {
            _ = text.Append(CultureInfo.InvariantCulture, $" stroke-opacity=\"{shape.Opacity:0.##}\"");
        }

        if (shape.Dash.Length > 0)
        {
            _ = text.Append(" stroke-dasharray=\"").AppendJoin(' ', shape.Dash.Select(length => length.ToString(CultureInfo.InvariantCulture))).Append('"');
        }

        _ = text.Append(" d=\"");
        foreach ((double X, double Y)[] line in shape.Lines)
        {
            for (int i = 0; i < line.Length; i++)
            {
                // Most lines are level or upright, and there are thousands.
                _ = i > 0 && line[i].Y == line[i - 1].Y ? text.Append(CultureInfo.InvariantCulture, $"H{line[i].X:0.#}")
                    : i > 0 && line[i].X == line[i - 1].X ? text.Append(CultureInfo.InvariantCulture, $"V{line[i].Y:0.#}")
                    : text.Append(CultureInfo.InvariantCulture, $"{(i == 0 ? 'M' : 'L')}{line[i].X:0.#} {line[i].Y:0.#}");
            }
        }

        _ = text.Append("\"/>\n");
    }
}
