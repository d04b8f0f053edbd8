using KsmTools.Shell.Editing;

namespace KsmTools.Shell.Hosting;

/// <summary>Lines that commands ask for: edited on a terminal, read from standard input otherwise.</summary>
internal sealed class ShellInput
{
    /// <summary>Called when Ctrl-C is pressed while a command waits for a line.</summary>
    public Action? Interrupted { get; set; }

    /// <summary>A line, or null at the end of input and on Ctrl-C.</summary>
    /// <param name="before">What stands on the terminal's line already.</param>
    public string? ReadLine(string before) => Read(before, echo: true);

    /// <summary>A line shown as asterisks.</summary>
    /// <param name="before">What stands on the terminal's line already.</param>
    public string? ReadSecret(string before) => Read(before, echo: false);

    private string? Read(string before, bool echo)
    {
        if (!Terminal.IsInteractive || !Terminal.MovesCursor)
        {
            return Console.In.ReadLine();
        }

        EditedLine line = new LineEditor(before, history: null, completer: null, promptShown: true) { Mask = echo ? null : '*' }.Read();
        if (line.End == LineEnd.Interrupted)
        {
            Interrupted?.Invoke();
        }

        return line.End == LineEnd.Accepted ? line.Text : null;
    }
}
