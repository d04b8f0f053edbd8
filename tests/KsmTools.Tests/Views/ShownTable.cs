namespace KsmTools.Tests.Views;

/// <summary>What is wrong with a table on a terminal: columns and headers that are not there, figures that are cut, words that are stacked.</summary>
internal static class ShownTable
{
    private const string Joints = " _/,-.:;=)";

    /// <summary>Looks at the last object of a table.</summary>
    /// <param name="lines">What the terminal shows.</param>
    /// <param name="terminal">The terminal's width.</param>
    /// <param name="columns">The columns of the view.</param>
    /// <param name="expected">What each column has to say of the last object, unbroken: lines are apart by a newline.</param>
    public static IEnumerable<string> Faults(string[] lines, int terminal, ColumnView[] columns, string[] expected)
    {
        int rule = Array.FindLastIndex(lines, line => line.StartsWith('-') || line.TrimStart().StartsWith("--", StringComparison.Ordinal));
        if (rule < 1)
        {
            yield return "no table: " + string.Join('|', lines);
            yield break;
        }

        if (lines.FirstOrDefault(line => line.Length >= terminal) is { } wide)
        {
            yield return "too wide: " + wide;
        }

        string[] rows = [.. lines[(rule + 1)..]];
        int at = 0;
        for (int index = 0; index < columns.Length; index++)
        {
            ColumnView column = columns[index];
            int width = index == columns.Length - 1 ? Math.Min(column.Width, terminal - 1 - at) : column.Width;
            string label = Slice(lines[rule - 1], at, width).Trim();
            if (label != column.Label)
            {
                yield return $"the header {column.Label} is '{label}'";
            }

            string[] cells = [.. rows.Select(row => Slice(row, at, width))];
            if (Last(cells, expected[index], column.IsText) is { } fault)
            {
                yield return $"{column.Label}: {fault}";
            }

            at += width + 1;
        }
    }

    // The object's lines are the last ones, as many as its text needs.
    private static string? Last(string[] cells, string expected, bool isText)
    {
        if (!isText)
        {
            return cells.Any(cell => cell.Trim() == expected) ? null : $"'{expected}' is not among '{string.Join('|', cells)}'";
        }

        for (int from = cells.Length - 1; from >= 0; from--)
        {
            string[] parts = [.. cells[from..].Select(cell => cell.Trim()).Where(cell => cell.Length > 0)];
            if (Plain(string.Concat(parts)) == Plain(expected))
            {
                return Stacked(parts, expected) is { } broken ? $"'{expected}' is broken after '{broken}'" : null;
            }
        }

        return $"'{expected}' is not in '{string.Join('|', cells)}'";
    }

    /// <summary>A line of a text that ends within a word; null where none does.</summary>
    /// <param name="parts">The lines.</param>
    /// <param name="expected">The text.</param>
    public static string? Stacked(string[] parts, string expected)
    {
        int at = 0;
        foreach (string part in parts)
        {
            at = expected.IndexOf(part[0], at) + part.Length;
            if (at < expected.Length && !char.IsWhiteSpace(expected[at]) && !Joints.Contains(expected[at - 1], StringComparison.Ordinal))
            {
                return part;
            }
        }

        return null;
    }

    /// <summary>A text without its blanks.</summary>
    public static string Plain(string text) => string.Concat(text.Where(character => !char.IsWhiteSpace(character)));

    private static string Slice(string line, int at, int width) => at >= line.Length ? string.Empty : line.Substring(at, Math.Min(width, line.Length - at));
}
