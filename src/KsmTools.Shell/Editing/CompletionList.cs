using System.Globalization;
using System.Text;

namespace KsmTools.Shell.Editing;

/// <summary>Candidates in columns below the line.</summary>
internal static class CompletionList
{
    private const int Most = 200;

    public static string CommonPrefix(IReadOnlyList<(string Text, string Display)> items)
    {
        string common = items[0].Text;
        foreach ((string text, _) in items)
        {
            int length = 0;
            while (length < common.Length && length < text.Length && char.ToUpperInvariant(common[length]) == char.ToUpperInvariant(text[length]))
            {
                length++;
            }

            common = common[..length];
        }

        return common;
    }

    public static string Format(IReadOnlyList<(string Text, string Display)> items, int width)
    {
        int shown = Math.Min(items.Count, Most);
        int cell = Math.Min(Math.Max(8, width), items.Take(shown).Max(item => item.Display.Length) + 2);
        int columns = Math.Max(1, width / cell);
        int rows = (shown + columns - 1) / columns;
        var text = new StringBuilder("\n");
        for (int row = 0; row < rows; row++)
        {
            for (int index = row; index < shown; index += rows)
            {
                text.Append(items[index].Display.PadRight(index + rows < shown ? cell : 0));
            }

            text.Append('\n');
        }

        return items.Count > Most ? text.Append(CultureInfo.InvariantCulture, $"... and {items.Count - Most} more\n").ToString() : text.ToString();
    }
}
