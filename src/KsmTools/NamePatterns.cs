using System.Management.Automation;

namespace KsmTools;

/// <summary>Names of processes with wildcards, as a <c>-Name</c> parameter takes them.</summary>
internal sealed class NamePatterns(string[] names)
{
    private readonly NamePattern[] _patterns = [.. names.Select(name => new NamePattern(name))];

    /// <summary>Whether no name was given.</summary>
    public bool IsEmpty => _patterns.Length == 0;

    /// <summary>The names without wildcards that nothing has matched.</summary>
    public IEnumerable<string> NotFound => _patterns.Where(pattern => pattern is { IsWildcard: false, IsMatched: false }).Select(pattern => pattern.Text);

    /// <summary>Whether a process is named; all patterns that name it are remembered.</summary>
    public bool IsMatch(string? name)
    {
        bool matched = false;
        foreach (NamePattern pattern in _patterns)
        {
            matched |= pattern.IsMatch(name);
        }

        return matched;
    }

    private sealed class NamePattern(string text)
    {
        private readonly WildcardPattern _pattern = WildcardPattern.Get(text, WildcardOptions.IgnoreCase);

        public string Text => text;

        public bool IsWildcard { get; } = WildcardPattern.ContainsWildcardCharacters(text);

        public bool IsMatched { get; private set; }

        public bool IsMatch(string? name)
        {
            bool matches = name is not null && _pattern.IsMatch(name);
            IsMatched |= matches;
            return matches;
        }
    }
}
