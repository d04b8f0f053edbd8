using KsmTools.Errors;

namespace KsmTools.Tracing.Sessions;

/// <summary>
/// What the kernel says about a command that it refused: an entry of <c>error_log</c>, which has a message, the command and a caret
/// under the place (kernel/trace/trace.c, <c>tracing_log_err</c>).
/// </summary>
/// <param name="Message">What is wrong.</param>
/// <param name="Word">The part of the command that is wrong; null where the kernel does not point at one.</param>
internal sealed record TraceError(string Message, string? Word)
{
    /// <summary>The file.</summary>
    public const string File = "error_log";

    private const string Prefix = "  Command: ";

    /// <summary>The newest entry; null where there is none, or no such file.</summary>
    public static TraceError? Last(TraceFolder folder)
    {
        try
        {
            return folder.ReadText(File) is { } text ? Last(text) : null;
        }
        catch (KsmToolsException)
        {
            // The refusal itself is what the user hears about; this only explains it.
            return null;
        }
    }

    /// <summary>The newest entry of a log's text.</summary>
    public static TraceError? Last(string text)
    {
        TraceError? last = null;
        string? message = null, command = null;
        foreach (string line in text.Split('\n'))
        {
            if (line.StartsWith('[') && line.LastIndexOf("error: ", StringComparison.Ordinal) is >= 0 and var at)
            {
                message = line[(at + "error: ".Length)..].Trim();
                command = null;
                last = new TraceError(message, null);
            }
            else if (line.StartsWith(Prefix, StringComparison.Ordinal))
            {
                command = line[Prefix.Length..];
            }
            else if (message is not null && command is not null && line.TrimEnd().EndsWith('^'))
            {
                last = new TraceError(message, WordAt(command, line.IndexOf('^', StringComparison.Ordinal) - Prefix.Length));
            }
        }

        return last;
    }

    /// <summary>For the message to the user.</summary>
    public override string ToString() => Word is null ? Message : Text.Format(Messages.TraceErrorAt, Message, Word);

    private static string? WordAt(string command, int position)
    {
        if (position < 0 || position >= command.Length)
        {
            return null;
        }

        int end = command.IndexOf(' ', position);
        return end < 0 ? command[position..] : end == position ? null : command[position..end];
    }
}
