using KsmTools.Errors;

namespace KsmTools.Report;

/// <summary>A report as one drawing.</summary>
internal static class ReportSheet
{
    /// <summary>Groups that the table has room for.</summary>
    public const int MostListed = 200;

    private const double Edge = 32;
    private const double LeastWidth = 896;
    private const double LineHeight = 20;
    private const double Gap = 26;
    private const double TextSize = 13;
    private const double MostOfNames = 250;

    public static Drawing Draw(ReportContents report)
    {
        IReadOnlyList<ReportGroup> listed = ReportTable.Listed(report.Groups, MostListed);
        var table = new SheetTable(listed);
        double inner = Math.Max(LeastWidth, table.Width);
        var parts = new List<Drawing>
        {
            Paragraphs([TerminalText.Escape(report.Title)], inner, 24, 32, Ink.Text, bold: true),
            Paragraphs([report.Written], inner, TextSize, LineHeight, Ink.Muted, bold: false),
            Paragraphs(report.Warnings, inner, TextSize, LineHeight, Ink.Text, bold: true),
            table.Draw(inner),
            Paragraphs([.. ReportTable.LeftOut(report.Groups, listed)], inner, TextSize, LineHeight, Ink.Muted, bold: false),
        };
        foreach (ReportChart chart in ReportChart.Of(report.Groups))
        {
            Drawing drawing = chart.Draw(inner);
            parts.Add(Heading(chart.Title, inner));
            parts.Add(drawing);
            parts.Add(Paragraphs(drawing.Caption, inner, Drawing.Small, Drawing.LineHeight, Ink.Muted, bold: false));
        }

        if (report.Facts.Count > 0)
        {
            parts.Add(Heading("What the walks were taken on", inner));
            parts.Add(Facts(report.Facts, inner));
        }

        parts.Add(Heading("What to know", inner));
        parts.Add(Paragraphs(report.Notes, inner, TextSize, LineHeight, Ink.Text, bold: false));
        parts.RemoveAll(part => part.Shapes.Count == 0);
        return Stack(parts, inner);
    }

    // A heading keeps to what is below it.
    private static Drawing Stack(List<Drawing> parts, double inner)
    {
        var sheet = new Drawing(inner + (2 * Edge), (2 * Edge) + parts.Sum(After) - Gap);
        double top = Edge;
        foreach (Drawing part in parts)
        {
            sheet.Add(part, Edge, top);
            top += After(part);
        }

        return sheet;

        static double After(Drawing part) => part.Height + (part.IsHeading ? 0 : Gap);
    }

    private static Drawing Heading(string title, double inner)
    {
        var heading = new Drawing(inner, 28) { IsHeading = true };
        heading.Text(0, 16, title, size: 15, bold: true);
        return heading;
    }

    private static Drawing Paragraphs(IReadOnlyList<string> texts, double inner, double size, double lineHeight, Ink ink, bool bold)
    {
        string[] lines = [.. texts.SelectMany(text => FittedText.Wrap(TerminalText.Escape(text), inner, size, bold))];
        var drawing = new Drawing(inner, lines.Length * lineHeight);
        for (int i = 0; i < lines.Length; i++)
        {
            drawing.Text(0, (lineHeight * i) + (0.76 * lineHeight), lines[i], ink, size, bold: bold);
        }

        return drawing;
    }

    private static Drawing Facts(IReadOnlyList<(string Name, string Value)> facts, double inner)
    {
        double indent = Math.Min(MostOfNames, facts.Max(fact => FontMetrics.Width(fact.Name + ":", TextSize))) + 16;
        var lines = new List<(string Name, string Value)>();
        foreach ((string name, string value) in facts)
        {
            IReadOnlyList<string> names = FittedText.Wrap(name + ":", indent - 16, TextSize);
            IReadOnlyList<string> values = FittedText.Wrap(value, inner - indent, TextSize);
            lines.AddRange(Enumerable.Range(0, Math.Max(names.Count, values.Count)).Select(i => (names.ElementAtOrDefault(i) ?? string.Empty, values.ElementAtOrDefault(i) ?? string.Empty)));
        }

        var drawing = new Drawing(inner, lines.Count * LineHeight);
        for (int i = 0; i < lines.Count; i++)
        {
            drawing.Text(0, (LineHeight * i) + 15, lines[i].Name, Ink.Muted, TextSize);
            drawing.Text(indent, (LineHeight * i) + 15, lines[i].Value, size: TextSize);
        }

        return drawing;
    }
}
