using System.Globalization;
using System.Management.Automation.Internal;
using System.Text;

namespace KsmTools.Shell.Editing;

/// <summary>Draws the prompt and the text being edited, wrapped as the terminal wraps, without ever asking the terminal where its cursor is.</summary>
internal sealed class LineView(string prompt, bool promptShown)
{
    private const string Continuation = ">> ";

    private readonly int _promptCells = new StringDecorated(prompt[(prompt.LastIndexOf('\n') + 1)..]).ContentLength;
    private int _cursorRow;
    private bool _promptShown = promptShown;

    public void Draw(string text, int cursor)
    {
        int width = Math.Max(8, Console.WindowWidth);
        var output = new StringBuilder();
        if (_promptShown)
        {
            MoveUp(output, _cursorRow);
            output.Append('\r');
            if (_promptCells > 0)
            {
                output.Append(CultureInfo.InvariantCulture, $"\e[{_promptCells % width}C");
                if (_promptCells >= width)
                {
                    output.Append(CultureInfo.InvariantCulture, $"\e[{_promptCells / width}B");
                }
            }

            output.Append("\e[J");
        }
        else
        {
            output.Append(prompt);
            _promptShown = true;
        }

        (int row, int column) end = Layout(text, text.Length, width, output);
        (int row, int column) target = Layout(text, cursor, width, null);
        if (end.column == 0 && end.row > 0 && !text.EndsWith('\n'))
        {
            // The terminal wraps only with the next character.
            output.Append(" \r");
        }

        MoveUp(output, end.row - target.row);
        output.Append('\r');
        if (target.column > 0)
        {
            output.Append(CultureInfo.InvariantCulture, $"\e[{target.column}C");
        }

        _cursorRow = target.row;
        Console.Out.Write(output.ToString());
    }

    /// <summary>Leaves the edited text on the screen and goes to the line after it.</summary>
    public void Finish(string text)
    {
        Draw(text, text.Length);
        Console.Out.Write("\n");
    }

    /// <summary>The next drawing starts with the prompt again, on the present line.</summary>
    public void Restart()
    {
        _promptShown = false;
        _cursorRow = 0;
    }

    private static void MoveUp(StringBuilder output, int rows)
    {
        if (rows > 0)
        {
            output.Append(CultureInfo.InvariantCulture, $"\e[{rows}A");
        }
    }

    private (int Row, int Column) Layout(string text, int end, int width, StringBuilder? output)
    {
        int row = _promptCells / width;
        int column = _promptCells % width;
        int position = 0;
        foreach (Rune rune in text.EnumerateRunes())
        {
            if (position >= end)
            {
                break;
            }

            position += rune.Utf16SequenceLength;
            if (rune.Value == '\n')
            {
                output?.Append('\n').Append(Continuation);
                row++;
                column = Continuation.Length;
                continue;
            }

            Rune shown = Rune.IsControl(rune) ? new Rune('\u00b7') : rune;
            int cells = CellWidth.Of(shown);
            if (column + cells > width)
            {
                row++;
                column = 0;
            }

            output?.Append(shown.ToString());
            column += cells;
            if (column == width)
            {
                row++;
                column = 0;
            }
        }

        return (row, column);
    }
}
