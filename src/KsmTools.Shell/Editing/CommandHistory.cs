using System.Text.RegularExpressions;

namespace KsmTools.Shell.Editing;

/// <summary>Lines typed before, kept over sessions in the user's state folder. A line that looks like it holds a secret is not written.</summary>
internal sealed partial class CommandHistory
{
    private const int Kept = 4000;

    private readonly List<string> _lines = [];
    private readonly string? _path;

    public CommandHistory(string? path)
    {
        _path = path;
        if (path is not null && File.Exists(path))
        {
            Load(path);
        }
    }

    public int Count => _lines.Count;

    public string this[int index] => _lines[index];

    /// <summary><c>$XDG_STATE_HOME/ksmsh/history</c>, or null for users without a home.</summary>
    public static string? DefaultPath
    {
        get
        {
            string? state = Environment.GetEnvironmentVariable("XDG_STATE_HOME");
            if (string.IsNullOrEmpty(state))
            {
                string home = Environment.GetFolderPath(Environment.SpecialFolder.UserProfile);
                if (home.Length == 0)
                {
                    return null;
                }

                state = Path.Combine(home, ".local", "state");
            }

            return Path.Combine(state, "ksmsh", "history");
        }
    }

    public void Add(string line)
    {
        if (string.IsNullOrWhiteSpace(line) || (_lines.Count > 0 && _lines[^1] == line))
        {
            return;
        }

        _lines.Add(line);
        if (_path is null || Secret().IsMatch(line))
        {
            return;
        }

        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(_path)!);
            var options = new FileStreamOptions
            {
                Mode = FileMode.Append,
                Access = FileAccess.Write,
                Share = FileShare.ReadWrite,
                UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite,
            };
            using var writer = new StreamWriter(_path, options);
            writer.Write(line.Replace("\n", "`\n", StringComparison.Ordinal) + "\n");
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // A home that cannot be written costs the history of this session, nothing else.
        }
    }

    /// <summary>The last line before an index that holds a text, or -1.</summary>
    public int FindLast(string text, int before)
    {
        for (int i = before - 1; i >= 0; i--)
        {
            if (_lines[i].Contains(text, StringComparison.OrdinalIgnoreCase))
            {
                return i;
            }
        }

        return -1;
    }

    private void Load(string path)
    {
        try
        {
            string pending = string.Empty;
            foreach (string line in File.ReadLines(path))
            {
                if (line.EndsWith('`'))
                {
                    pending += line[..^1] + "\n";
                    continue;
                }

                _lines.Add(pending + line);
                pending = string.Empty;
            }

            if (_lines.Count > Kept)
            {
                _lines.RemoveRange(0, _lines.Count - Kept);
            }
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // As if there were none.
        }
    }

    [GeneratedRegex("password|asplaintext|token|apikey|secret", RegexOptions.IgnoreCase)]
    private static partial Regex Secret();
}

/// <summary>Where up and down have come to in the history while one line is edited.</summary>
internal sealed class HistoryCursor(CommandHistory history)
{
    private int _index = history.Count;
    private string _unsent = string.Empty;

    /// <summary>The line one step back or forth, or null at the end.</summary>
    public string? Move(int direction, string current)
    {
        int next = _index + direction;
        if (next < 0 || next > history.Count)
        {
            return null;
        }

        if (_index == history.Count)
        {
            _unsent = current;
        }

        _index = next;
        return next == history.Count ? _unsent : history[next];
    }
}
