using System.Collections;
using System.Globalization;
using System.Management.Automation;
using System.Management.Automation.Host;
using KsmTools.Report;

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
    /// <param name="host">Who has the terminal, of which tables leave the last column free; null where nobody has.</param>
    public static string Last(object? text, int used, PSHost? host) => Wrap(text, Columns(host) - 1 - used);

    // Runspaces of jobs have no terminal, and hosts need not know its size: what they throw then is theirs to choose.
    internal static int Columns(PSHost? host)
    {
        try
        {
            return host?.UI?.RawUI?.BufferSize.Width ?? 0;
        }
        catch (Exception failure) when (failure is not OutOfMemoryException)
        {
            return 0;
        }
    }

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
            if (Cells(line) + Cells(part) > width && line.Length > 0)
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
        if (Cells(word.Trim()) <= width)
        {
            yield return word;
            yield break;
        }

        string part = string.Empty;
        TextElementEnumerator characters = StringInfo.GetTextElementEnumerator(word);
        for (bool isMore = characters.MoveNext(); isMore;)
        {
            string character = characters.GetTextElement();
            if (part.Length > 0 && Cells(part) + Cells(character) > width)
            {
                yield return part;
                part = string.Empty;
            }

            part += character;
            isMore = characters.MoveNext();
            if (isMore && IsJoint(character) && !IsJoint(characters.GetTextElement()))
            {
                yield return part;
                part = string.Empty;
            }
        }

        yield return part;
    }

    private static bool IsJoint(string character) => character.Length == 1 && Joints.Contains(character[0], StringComparison.Ordinal);

    // The columns that PowerShell reckons with: marks count, where terminals give them none.
    private static int Cells(string text) => Math.Max(TextColumns.Of(text), text.Length);
}
