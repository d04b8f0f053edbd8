namespace KsmTools.Shell.Hosting;

/// <summary>What standard input, output and error are connected to.</summary>
internal static class Terminal
{
    public static bool IsInput { get; } = !Console.IsInputRedirected;

    public static bool IsOutput { get; } = !Console.IsOutputRedirected;

    public static bool IsError { get; } = !Console.IsErrorRedirected;

    /// <summary>A person who types and reads.</summary>
    public static bool IsInteractive => IsInput && IsOutput;

    /// <summary>Escape sequences are understood and wanted: https://no-color.org and terminfo's name for none.</summary>
    public static bool WantsColor { get; } =
        string.IsNullOrEmpty(Environment.GetEnvironmentVariable("NO_COLOR"))
        && Environment.GetEnvironmentVariable("TERM") is not ("dumb" or "xterm-mono" or "xtermm");

    /// <summary>Columns; 80 where the terminal does not say, as on a serial line.</summary>
    public static int Width => Console.WindowWidth is > 0 and int width ? width : 80;

    /// <summary>The cursor may be moved.</summary>
    public static bool MovesCursor { get; } = IsOutput && Environment.GetEnvironmentVariable("TERM") is not ("dumb" or null or "");
}
