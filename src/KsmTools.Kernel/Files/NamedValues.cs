using System.Text;

namespace KsmTools.Files;

/// <summary>
/// The text of this module's own small files under <c>/run</c>: <c>name=value</c> lines, which an administrator can read. A name may
/// stand in several lines.
/// </summary>
internal sealed class NamedValues
{
    private readonly List<(string Name, string Value)> _lines = [];

    /// <summary>The lines, in order.</summary>
    public IReadOnlyList<(string Name, string Value)> Lines => _lines;

    /// <summary>Reads a file's text; a line without <c>=</c> is a name without a value.</summary>
    public static NamedValues Parse(string text)
    {
        var values = new NamedValues();
        foreach (string line in text.Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            int separator = line.IndexOf('=', StringComparison.Ordinal);
            values._lines.Add(separator < 0 ? (line, string.Empty) : (line[..separator], line[(separator + 1)..]));
        }

        return values;
    }

    /// <summary>Adds a line; nothing for null.</summary>
    public NamedValues Add(string name, string? value)
    {
        if (value is not null)
        {
            _lines.Add((name, value.ReplaceLineEndings(" ")));
        }

        return this;
    }

    /// <summary>Adds a line for each value.</summary>
    public NamedValues AddAll(string name, IEnumerable<string> values)
    {
        foreach (string value in values)
        {
            _ = Add(name, value);
        }

        return this;
    }

    /// <summary>The lines of other names.</summary>
    public NamedValues Without(params ReadOnlySpan<string> names)
    {
        var values = new NamedValues();
        foreach ((string name, string value) in _lines)
        {
            if (!names.Contains(name))
            {
                values._lines.Add((name, value));
            }
        }

        return values;
    }

    /// <summary>The first value of a name, or null.</summary>
    public string? Find(string name) => _lines.FirstOrDefault(line => line.Name == name).Value;

    /// <summary>All values of a name.</summary>
    public IReadOnlyList<string> FindAll(string name) => [.. _lines.Where(line => line.Name == name).Select(line => line.Value)];

    /// <summary>The file's text.</summary>
    public override string ToString()
    {
        var text = new StringBuilder();
        foreach ((string name, string value) in _lines)
        {
            text.Append(name).Append('=').Append(value).Append('\n');
        }

        return text.ToString();
    }
}
