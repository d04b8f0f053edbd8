namespace KsmTools.Shell.Editing;

/// <summary>Text with a cursor, and the changes that keys make to it. Knows no terminal.</summary>
internal sealed class EditBuffer
{
    private string _killed = string.Empty;

    public string Text { get; private set; } = string.Empty;

    public int Cursor { get; private set; }

    public void Set(string text)
    {
        Text = text;
        Cursor = text.Length;
    }

    public void Insert(string text)
    {
        Text = Text.Insert(Cursor, text);
        Cursor += text.Length;
    }

    public void Replace(int start, int length, string text)
    {
        Text = Text.Remove(start, length).Insert(start, text);
        Cursor = start + text.Length;
    }

    public void Left() => Cursor = Cursor > 0 ? Cursor - StepBack() : 0;

    public void Right() => Cursor = Cursor < Text.Length ? Cursor + StepForward() : Cursor;

    public void Home() => Cursor = LineStart(Cursor);

    public void End() => Cursor = LineEndOf(Cursor);

    public void WordLeft() => Cursor = PreviousWord();

    public void WordRight() => Cursor = NextWord();

    public void Backspace()
    {
        if (Cursor > 0)
        {
            int step = StepBack();
            Text = Text.Remove(Cursor - step, step);
            Cursor -= step;
        }
    }

    public void Delete()
    {
        if (Cursor < Text.Length)
        {
            Text = Text.Remove(Cursor, StepForward());
        }
    }

    public void KillToEnd() => Kill(Cursor, LineEndOf(Cursor));

    public void KillToStart() => Kill(LineStart(Cursor), Cursor);

    public void KillWordLeft() => Kill(PreviousWord(), Cursor);

    public void KillWordRight() => Kill(Cursor, NextWord());

    public void Yank() => Insert(_killed);

    /// <summary>One line up or down within text of several lines.</summary>
    /// <returns>False on the first or last line already.</returns>
    public bool Move(int lines)
    {
        int start = LineStart(Cursor);
        int column = Cursor - start;
        if (lines < 0)
        {
            if (start == 0)
            {
                return false;
            }

            int previous = LineStart(start - 1);
            Cursor = Math.Min(previous + column, start - 1);
            return true;
        }

        int end = LineEndOf(Cursor);
        if (end == Text.Length)
        {
            return false;
        }

        Cursor = Math.Min(end + 1 + column, LineEndOf(end + 1));
        return true;
    }

    private void Kill(int start, int end)
    {
        if (end > start)
        {
            _killed = Text[start..end];
            Text = Text.Remove(start, end - start);
            Cursor = start;
        }
    }

    private int StepBack() => Cursor > 1 && char.IsSurrogatePair(Text[Cursor - 2], Text[Cursor - 1]) ? 2 : 1;

    private int StepForward() => Cursor + 1 < Text.Length && char.IsSurrogatePair(Text[Cursor], Text[Cursor + 1]) ? 2 : 1;

    private int LineStart(int position) => position == 0 ? 0 : Text.LastIndexOf('\n', position - 1) + 1;

    private int LineEndOf(int position)
    {
        int end = Text.IndexOf('\n', position);
        return end < 0 ? Text.Length : end;
    }

    private int PreviousWord()
    {
        int position = Cursor;
        while (position > 0 && !char.IsLetterOrDigit(Text[position - 1]))
        {
            position--;
        }

        while (position > 0 && char.IsLetterOrDigit(Text[position - 1]))
        {
            position--;
        }

        return position;
    }

    private int NextWord()
    {
        int position = Cursor;
        while (position < Text.Length && !char.IsLetterOrDigit(Text[position]))
        {
            position++;
        }

        while (position < Text.Length && char.IsLetterOrDigit(Text[position]))
        {
            position++;
        }

        return position;
    }
}
