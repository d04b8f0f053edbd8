namespace KsmTools.Shell.Editing;

/// <summary>Reads one statement from the terminal: Emacs keys, history, completion, several lines where the statement needs them.</summary>
internal sealed class LineEditor(string prompt, CommandHistory? history, ILineCompleter? completer, bool promptShown = false)
{
    private readonly EditBuffer _buffer = new();
    private readonly LineView _view = new(prompt, promptShown);
    private readonly HistoryCursor? _past = history is null ? null : new HistoryCursor(history);

    /// <summary>Shown instead of each character, for secrets.</summary>
    public char? Mask { get; init; }

    public EditedLine Read()
    {
        bool before = Console.TreatControlCAsInput;
        Console.TreatControlCAsInput = true;
        try
        {
            return Edit();
        }
        catch (InvalidOperationException)
        {
            // The terminal went away.
            return new EditedLine(string.Empty, LineEnd.EndOfInput);
        }
        finally
        {
            Console.TreatControlCAsInput = before;
        }
    }

    private EditedLine Edit()
    {
        Draw();
        while (true)
        {
            ConsoleKeyInfo key = Console.ReadKey(intercept: true);
            LineEnd? end = Handle(key);
            if (end is null)
            {
                // While keys come faster than they are drawn (a paste), draw once at their end.
                if (!Console.KeyAvailable)
                {
                    Draw();
                }

                continue;
            }

            _view.Finish(Mask is null ? _buffer.Text : new string(Mask.Value, _buffer.Text.Length));
            return new EditedLine(_buffer.Text, end.Value);
        }
    }

    private void Draw() => _view.Draw(Mask is null ? _buffer.Text : new string(Mask.Value, _buffer.Text.Length), _buffer.Cursor);

    private LineEnd? Handle(ConsoleKeyInfo key)
    {
        bool control = (key.Modifiers & ConsoleModifiers.Control) != 0;
        bool alt = (key.Modifiers & ConsoleModifiers.Alt) != 0;
        switch (key.Key)
        {
            case ConsoleKey.Enter:
                return Enter(always: alt || control);
            case ConsoleKey.C when control:
                return LineEnd.Interrupted;
            case ConsoleKey.D when control && _buffer.Text.Length == 0:
                return LineEnd.EndOfInput;
            case ConsoleKey.Tab:
                Complete();
                return null;
            case ConsoleKey.UpArrow or ConsoleKey.P when key.Key == ConsoleKey.UpArrow || control:
                Recall(-1);
                return null;
            case ConsoleKey.DownArrow or ConsoleKey.N when key.Key == ConsoleKey.DownArrow || control:
                Recall(1);
                return null;
            case ConsoleKey.R when control:
                return Search();
            case ConsoleKey.L when control:
                Console.Out.Write("\e[H\e[2J");
                _view.Restart();
                return null;
            default:
                Change(key, control, alt);
                return null;
        }
    }

    private void Change(ConsoleKeyInfo key, bool control, bool alt)
    {
        switch (key.Key)
        {
            case ConsoleKey.LeftArrow when control || alt:
            case ConsoleKey.B when alt:
                _buffer.WordLeft();
                break;
            case ConsoleKey.RightArrow when control || alt:
            case ConsoleKey.F when alt:
                _buffer.WordRight();
                break;
            case ConsoleKey.LeftArrow:
            case ConsoleKey.B when control:
                _buffer.Left();
                break;
            case ConsoleKey.RightArrow:
            case ConsoleKey.F when control:
                _buffer.Right();
                break;
            case ConsoleKey.Home:
            case ConsoleKey.A when control:
                _buffer.Home();
                break;
            case ConsoleKey.End:
            case ConsoleKey.E when control:
                _buffer.End();
                break;
            case ConsoleKey.Backspace when control || alt:
            case ConsoleKey.W when control:
                _buffer.KillWordLeft();
                break;
            case ConsoleKey.Backspace:
                _buffer.Backspace();
                break;
            case ConsoleKey.Delete:
            case ConsoleKey.D when control:
                _buffer.Delete();
                break;
            case ConsoleKey.D when alt:
                _buffer.KillWordRight();
                break;
            case ConsoleKey.K when control:
                _buffer.KillToEnd();
                break;
            case ConsoleKey.U when control:
                _buffer.KillToStart();
                break;
            case ConsoleKey.Y when control:
                _buffer.Yank();
                break;
            case ConsoleKey.Escape:
                _buffer.Set(string.Empty);
                break;
            default:
                if (!char.IsControl(key.KeyChar))
                {
                    _buffer.Insert(key.KeyChar.ToString());
                }

                break;
        }
    }

    private LineEnd? Enter(bool always)
    {
        if (always || completer?.IsIncomplete(_buffer.Text) == true)
        {
            _buffer.Insert("\n");
            return null;
        }

        return LineEnd.Accepted;
    }

    private void Recall(int direction)
    {
        if (_buffer.Move(direction) || _past?.Move(direction, _buffer.Text) is not string text)
        {
            return;
        }

        _buffer.Set(text);
    }

    private void Complete()
    {
        if (completer is null)
        {
            return;
        }

        CompletionChoices choices = completer.Complete(_buffer.Text, _buffer.Cursor);
        if (choices.Items.Count == 0)
        {
            return;
        }

        string common = CompletionList.CommonPrefix(choices.Items);
        if (choices.Items.Count == 1 || common.Length > choices.Length)
        {
            _buffer.Replace(choices.Start, choices.Length, common);
            return;
        }

        _view.Draw(_buffer.Text, _buffer.Text.Length);
        Console.Out.Write(CompletionList.Format(choices.Items, Console.WindowWidth));
        _view.Restart();
    }

    /// <summary>Ctrl-R: the newest line of the history that holds what is typed; Ctrl-R again goes further back, Esc gives up.</summary>
    private LineEnd? Search()
    {
        if (history is null)
        {
            return null;
        }

        string before = _buffer.Text;
        string wanted = string.Empty;
        int from = history.Count;
        while (true)
        {
            int found = history.FindLast(wanted, from);
            _view.Draw($"(search '{wanted}') {(found < 0 ? string.Empty : history[found])}", 0);
            ConsoleKeyInfo key = Console.ReadKey(intercept: true);
            if (key.Key == ConsoleKey.R && (key.Modifiers & ConsoleModifiers.Control) != 0)
            {
                from = found > 0 ? found : history.Count;
            }
            else if (key.Key == ConsoleKey.Backspace)
            {
                wanted = wanted.Length > 0 ? wanted[..^1] : wanted;
                from = history.Count;
            }
            else if (key.Key == ConsoleKey.Escape || (key.Key is ConsoleKey.C or ConsoleKey.G && (key.Modifiers & ConsoleModifiers.Control) != 0))
            {
                _buffer.Set(before);
                return null;
            }
            else if (!char.IsControl(key.KeyChar) && key.KeyChar != '\0')
            {
                wanted += key.KeyChar;
                from = history.Count;
            }
            else
            {
                // Any other key takes the line that was found and does its own work on it.
                _buffer.Set(found < 0 ? before : history[found]);
                return key.Key == ConsoleKey.Enter ? LineEnd.Accepted : null;
            }
        }
    }
}
