using System.Globalization;
using KsmTools.Errors;
using KsmTools.Interop;

namespace KsmTools.Files;

/// <summary>Who holds the flock(2) of a file, by <c>/proc/locks</c> (proc_locks(5)). Everybody may look there, also who may not open the file.</summary>
internal static class LockHolders
{
    private const string Place = "/proc/locks";

    /// <summary>The processes; none where nobody holds it, or where the kernel does not say.</summary>
    /// <param name="file">The file.</param>
    public static IReadOnlyList<int> Of(FileStatus file)
    {
        (uint major, uint minor, ulong node) = file.Identity;
        string identity = string.Create(CultureInfo.InvariantCulture, $"{major:x2}:{minor:x2}:{node}");
        try
        {
            return [.. File.ReadLines(Place).Select(line => Holder(line, identity)).OfType<int>()];
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }

    /// <summary>A process for people: <c>process 123 (flock)</c>.</summary>
    /// <param name="id">Its number.</param>
    public static string Describe(int id)
    {
        try
        {
            return TerminalText.Escape(string.Create(CultureInfo.InvariantCulture, $"process {id} ({File.ReadAllText($"/proc/{id}/comm").TrimEnd('\n')})"));
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return string.Create(CultureInfo.InvariantCulture, $"process {id}");
        }
    }

    // "1: FLOCK  ADVISORY  WRITE 123 fe:00:4711 0 EOF"; who waits has an arrow after the number.
    private static int? Holder(string line, string identity)
    {
        string[] words = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        return words.Length > 5 && words[1] == "FLOCK" && words[5] == identity && int.TryParse(words[4], NumberStyles.None, CultureInfo.InvariantCulture, out int id) ? id : null;
    }
}
