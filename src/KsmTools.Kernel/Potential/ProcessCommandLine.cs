using System.Text;
using KsmTools.Errors;
using KsmTools.Files;
using KsmTools.Interop;

namespace KsmTools.Potential;

/// <summary>How a process was started, as far as it can be done again.</summary>
/// <param name="CanBeTyped">Whether its words are text that a terminal takes as text.</param>
/// <param name="Program">
/// The path of its program; null where the first word does not lead to the file that the process executes, where others than root and the caller may write that file, or where it changes
/// its user.
/// </param>
/// <param name="Arguments">The words behind the first.</param>
internal sealed record ProcessCommandLine(bool CanBeTyped, string? Program, IReadOnlyList<string> Arguments)
{
    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>The command line of a process.</summary>
    /// <param name="process">The process.</param>
    /// <param name="bytes">Its words, each with a zero byte behind it. Where the last has none, the process has written something else over them.</param>
    public static ProcessCommandLine Of(ProcessFiles process, ReadOnlySpan<byte> bytes)
    {
        if (bytes is not [.. var words, 0])
        {
            return new ProcessCommandLine(true, null, []);
        }

        try
        {
            string[] all = Strict.GetString(words).Split('\0');
            return all.All(IsTypable) ? new ProcessCommandLine(true, FindProgram(process, all[0]), all[1..]) : new ProcessCommandLine(false, null, []);
        }
        catch (DecoderFallbackException)
        {
            return new ProcessCommandLine(false, null, []);
        }
    }

    // A terminal takes control characters for keys, within quotes too. What the others do to a line one does not see.
    public static bool IsTypable(string word) => TerminalText.Escape(word) == word;

    // Anything may stand in the first word, and what the file is called may not say all: python finds its environment by it, and BusyBox which program it is to be.
    private static string? FindProgram(ProcessFiles process, string word)
    {
        if (process.Program is not { } path || process.ProgramFile is not { ChangesUser: false, IsOwn: true, IsOpenToOthers: false } file || !IsInSafeFolder(path))
        {
            return null;
        }

        // "-bash" is a login shell's.
        string name = word.TrimStart('-');
        IEnumerable<string> places = Path.IsPathRooted(name) ? [name] : name.Contains('/', StringComparison.Ordinal) ? [] : SearchPath(name);
        string end = name.StartsWith("./", StringComparison.Ordinal) ? name[1..] : $"/{name}";
        return places.Concat(path.EndsWith(end, StringComparison.Ordinal) ? [path] : []).FirstOrDefault(place => IsTypable(place) && IsInSafeFolder(place) && FileStatus.TryGet(place, out FileStatus found) == Errno.None && found.Identity == file.Identity);
    }

    private static bool IsInSafeFolder(string program) => OpenFolder.IsSafe(Path.GetDirectoryName(program) ?? "/");

    private static IEnumerable<string> SearchPath(string name) =>
        (Environment.GetEnvironmentVariable("PATH") ?? string.Empty).Split(':').Where(Path.IsPathRooted).Select(folder => Path.Join(folder, name));
}
