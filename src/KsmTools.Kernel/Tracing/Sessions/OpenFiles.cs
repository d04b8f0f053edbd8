using System.Globalization;

namespace KsmTools.Tracing.Sessions;

/// <summary>Who has files open below a folder, by <c>/proc/PID/fd</c>.</summary>
internal static class OpenFiles
{
    /// <summary>The processes, as <c>name (id), name (id)</c>; null if this user can see none.</summary>
    public static string? Users(string folder)
    {
        var users = new List<string>();
        foreach (string process in Directory.EnumerateDirectories("/proc"))
        {
            string id = Path.GetFileName(process);
            try
            {
                if (int.TryParse(id, NumberStyles.None, CultureInfo.InvariantCulture, out _)
                    && Directory.EnumerateFileSystemEntries($"{process}/fd").Any(file => new FileInfo(file).LinkTarget?.StartsWith(folder + "/", StringComparison.Ordinal) == true))
                {
                    users.Add($"{File.ReadAllText($"{process}/comm").Trim()} ({id})");
                }
            }
            catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
            {
                // It has ended, or belongs to somebody else.
            }
        }

        return users.Count == 0 ? null : string.Join(", ", users);
    }
}
