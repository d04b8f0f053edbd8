using KsmTools.Shell.Editing;

namespace KsmTools.Shell.Hosting;

/// <summary>Lines that commands ask for: edited on a terminal, read from standard input otherwise.</summary>
internal sealed class ShellInput
{
    /// <summary>Called when Ctrl-C is pressed while a command waits for a line.</summary>
    public Action? Interrupted { get; set; }

    /// <summary>A line, or null at the end of input and on Ctrl-C.</summary>
    public string? ReadLine() => Read(echo: true);

    /// <summary>A line shown as asterisks.</summary>
    public string? ReadSecret() => Read(echo: false);

    private string? Read(bool echo)
    {
        if (!Terminal.IsInteractive || !Terminal.MovesCursor)
        {
            return Console.In.ReadLine();
        }

        EditedLine line = new LineEditor(prompt: string.Empty, history: null, completer: null) { Mask = echo ? null : '*' }.Read();
        if (line.End == LineEnd.Interrupted)
        {
            Interrupted?.Invoke();
        }

        return line.End == LineEnd.Accepted ? line.Text : null;
    }
}
