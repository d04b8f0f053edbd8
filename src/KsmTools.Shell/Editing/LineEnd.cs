namespace KsmTools.Shell.Editing;

/// <summary>How editing ended.</summary>
internal enum LineEnd
{
    /// <summary>Enter.</summary>
    Accepted,

    /// <summary>Ctrl-C.</summary>
    Interrupted,

    /// <summary>Ctrl-D on an empty line, or the terminal is gone.</summary>
    EndOfInput,
}

/// <summary>What was typed.</summary>
internal readonly record struct EditedLine(string Text, LineEnd End);
