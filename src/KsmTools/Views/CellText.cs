using System.Collections;
using System.Management.Automation;

namespace KsmTools.Views;

/// <summary>
/// Text in a column that may be too narrow for it, on as many lines as it needs: broken between words, and a long word after what joins
/// its parts, as in <c>remove_migration_ptes</c>. PowerShell itself breaks between words in a few languages only and else anywhere.
/// </summary>
public static class CellText
{
    private const int Least = 8;
    private const string Joints = "_/,-.:;=)";

    /// <summary>What a column of a fixed width shows; control characters are escaped.</summary>
    /// <param name="text">A text, an object that shows as text, or a list of them, which begin a line each.</param>
    /// <param name="width">The width of the column.</param>
    public static string Wrap(object? text, int width) => string.Join('\n', Texts(text).SelectMany(line => width < Least ? [line] : Lines(line, width)));

    /// <summary>What the last column of a table shows, which has what the others leave; control characters are escaped.</summary>
    /// <param name="text">As in <see cref="Wrap"/>.</param>
    /// <param name="used">The columns before it, with the blanks between.</param>
    /// <param name="hostWidth">The columns of the terminal, of which tables leave the last one free; null or 0 where the host does not say.</param>
    public static string Last(object? text, int used, int? hostWidth) => Wrap(text, (hostWidth ?? 0) - 1 - used);

    private static IEnumerable<string> Texts(object? text) => (text is PSObject item ? item.BaseObject : text) switch
    {
        null => [],
        string one => [One(one)],
        IEnumerable list => list.Cast<object?>().SelectMany(Texts),
        _ => [One(text)],
    };

    private static string One(object? text) => ShownText.Of(text)?.ToString() ?? string.Empty;

    private static IEnumerable<string> Lines(string text, int width)
    {
        string line = string.Empty;
        foreach (string part in text.Split(' ').SelectMany((word, index) => Parts(index == 0 ? word : " " + word, width)))
        {
            if (line.Length + part.Length > width && line.Length > 0)
            {
                yield return line;
                line = part.TrimStart(' ');
            }
            else
            {
                line += part;
            }
        }

        yield return line;
    }

    // A word as it is where it fits on a line, else what is up to each joint of it.
    private static IEnumerable<string> Parts(string word, int width)
    {
        if (word.Trim().Length <= width)
        {
            yield return word;
            yield break;
        }

        int from = 0;
        for (int at = 0; at < word.Length; at++)
        {
            if (at + 1 - from == width || at + 1 == word.Length || (Joints.Contains(word[at], StringComparison.Ordinal) && !Joints.Contains(word[at + 1], StringComparison.Ordinal)))
            {
                yield return word[from..(at + 1)];
                from = at + 1;
            }
        }
    }
}
