using System.Globalization;
using KsmTools.Errors;

namespace KsmTools.Report;

/// <summary>A report as one drawing.</summary>
internal static class ReportSheet
{
    private const double Width = 960;
    private const double Edge = 32;
    private const double Inner = Width - (2 * Edge);
    private const double LineHeight = 20;
    private const double Gap = 26;
    private const double RowHeight = 24;
    private const double FirstColumn = 170;

    public static Drawing Draw(RmapReport report, IReadOnlyList<ReportGroup> groups)
    {
        var parts = new List<Drawing> { Head(report), Table(groups) };
        foreach (ReportChart chart in ReportChart.Of(groups))
        {
            Drawing heading = new(Inner, 26);
            heading.Text(0, 16, chart.Title, size: 15, bold: true);
            parts.Add(heading);
            parts.Add(chart.Draw(Inner));
        }

        parts.Add(Lines("What the walks were taken on", [.. report.Facts.Select(fact => (fact.Name + ":", fact.Value))]));
        parts.Add(Lines("What to know", [.. RmapReport.Notes(groups).Select(note => (string.Empty, note))]));
        parts.RemoveAll(part => part.Shapes.Count == 0);
        var sheet = new Drawing(Width, Edge + parts.Sum(part => part.Height + (part.Height > Gap ? Gap : 0)));
        double top = Edge;
        foreach (Drawing part in parts)
        {
            sheet.Add(part, Edge, top);
            top += part.Height + (part.Height > Gap ? Gap : 0);
        }

        return sheet;
    }

    private static Drawing Head(RmapReport report)
    {
        var head = new Drawing(Inner, 56);
        head.Text(0, 22, Cut(TerminalText.Escape(report.Title), Inner, 24), size: 24, bold: true);
        head.Text(0, 48, Text.Format(Messages.ReportWritten, report.Time.ToString("yyyy-MM-dd HH:mm zzz", CultureInfo.InvariantCulture)), Ink.Muted, 13);
        return head;
    }

    private static Drawing Table(IReadOnlyList<ReportGroup> groups)
    {
        (IReadOnlyList<ReportGroup> listed, int others) = ReportTable.Listed(groups);
        var table = new Drawing(Inner, (RowHeight * (listed.Count + 1)) + (others > 0 ? RowHeight : 0));
        double column = (Inner - FirstColumn) / (ReportTable.Headings.Length - 1);
        Row(ReportTable.Headings, 0, Ink.Muted);
        for (int i = 0; i < listed.Count; i++)
        {
            table.Line(0, RowHeight * (i + 1), Inner, RowHeight * (i + 1), Ink.Grid);
            Row(ReportTable.Row(listed[i]), i + 1, Ink.Text);
        }

        if (others > 0)
        {
            table.Text(0, (RowHeight * (listed.Count + 2)) - 7, Text.Format(Messages.ReportMoreGroups, others), Ink.Muted);
        }

        return table;

        void Row(string[] cells, int row, Ink ink)
        {
            for (int i = 0; i < cells.Length; i++)
            {
                double y = (RowHeight * (row + 1)) - 7;
                if (i == 0)
                {
                    table.Text(0, y, Cut(cells[i], FirstColumn, 13), ink, 13, bold: row > 0);
                }
                else
                {
                    table.Text(FirstColumn + (column * i), y, cells[i], ink, 12.5, Anchor.End);
                }
            }
        }
    }

    private static Drawing Lines(string title, IReadOnlyList<(string Name, string Text)> lines)
    {
        var wrapped = new List<(string Name, string Text)>();
        double indent = lines.Count == 0 || lines.All(line => line.Name.Length == 0) ? 0 : 190;
        foreach ((string name, string text) in lines)
        {
            string first = name;
            foreach (string line in Wrap(text, (int)((Inner - indent) / 6.6)))
            {
                wrapped.Add((first, line));
                first = string.Empty;
            }
        }

        var drawing = new Drawing(Inner, wrapped.Count == 0 ? 0 : 24 + (wrapped.Count * LineHeight));
        if (wrapped.Count > 0)
        {
            drawing.Text(0, 16, title, size: 15, bold: true);
        }

        for (int i = 0; i < wrapped.Count; i++)
        {
            drawing.Text(0, 24 + (LineHeight * i) + 15, Cut(wrapped[i].Name, indent, 13), Ink.Muted, 13);
            drawing.Text(indent, 24 + (LineHeight * i) + 15, wrapped[i].Text, size: 13);
        }

        return drawing;
    }

    private static IEnumerable<string> Wrap(string text, int most)
    {
        while (text.Length > most)
        {
            int end = text.LastIndexOf(' ', most);
            end = end <= 0 ? most : end;
            yield return text[..end];
            text = text[end..].TrimStart();
        }

        yield return text;
    }

    private static string Cut(string text, double width, double size) =>
        Drawing.TextWidth(text, size) <= width ? text : text[..Math.Max(0, (int)(width / (size * 0.58)) - 1)] + "\u2026";
}
