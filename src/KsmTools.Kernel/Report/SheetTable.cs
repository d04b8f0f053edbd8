namespace KsmTools.Report;

/// <summary>The figures of a report as a drawing: columns as wide as what they hold, names in as many lines as they need.</summary>
internal sealed class SheetTable
{
    private const double RowHeight = 24;
    private const double LineHeight = 16;
    private const double NameAt = 18;
    private const double NameSize = 13;
    private const double FigureSize = 12.5;
    private const double Between = 14;
    private const double LeastName = 190;

    private readonly IReadOnlyList<ReportGroup> _groups;
    private readonly string[][] _cells;
    private readonly double[] _widths;

    /// <summary>The table of groups.</summary>
    public SheetTable(IReadOnlyList<ReportGroup> groups)
    {
        _groups = groups;
        _cells = [.. groups.Select(ReportTable.Row)];
        _widths = [.. ReportTable.Headings.Select((heading, column) => Between + _cells.Append(ReportTable.Headings).Max(row => FontMetrics.Width(row[column], FigureSize)))];
    }

    /// <summary>The least width that it needs.</summary>
    public double Width => LeastName + _widths.Skip(1).Sum();

    /// <summary>Draws it; what figures do not need is the names'.</summary>
    /// <param name="width">The width; not less than <see cref="Width"/>.</param>
    public Drawing Draw(double width)
    {
        double names = width - _widths.Skip(1).Sum();
        IReadOnlyList<string>[] lines = [.. _groups.Select(group => FittedText.Wrap(group.Name, names - NameAt, NameSize, bold: true))];
        var table = new Drawing(width, RowHeight + lines.Sum(Height));
        Figures(table, ReportTable.Headings, names, 17, Ink.Muted);
        table.Text(0, 17, ReportTable.Headings[0], Ink.Muted, FigureSize);
        double top = RowHeight;
        for (int i = 0; i < lines.Length; i++)
        {
            table.Line(0, top, width, top, Ink.Grid);
            if (_groups[i].IsDrawn)
            {
                table.Mark(6, top + 12.5, 5, _groups[i].Style);
            }

            for (int line = 0; line < lines[i].Count; line++)
            {
                table.Text(NameAt, top + 17 + (LineHeight * line), lines[i][line], Ink.Text, NameSize, bold: true);
            }

            Figures(table, _cells[i], names, top + 17, Ink.Text);
            top += Height(lines[i]);
        }

        return table;
    }

    private static double Height(IReadOnlyList<string> lines) => RowHeight + (LineHeight * (lines.Count - 1));

    private void Figures(Drawing table, string[] cells, double names, double y, Ink ink)
    {
        double right = names;
        for (int column = 1; column < cells.Length; column++)
        {
            right += _widths[column];
            table.Text(right, y, cells[column], ink, FigureSize, Anchor.End);
        }
    }
}
