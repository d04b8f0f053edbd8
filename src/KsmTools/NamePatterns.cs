using System.Management.Automation;
using KsmTools.Errors;

namespace KsmTools;

/// <summary>Names of processes with wildcards, as a <c>-Name</c> parameter takes them.</summary>
internal sealed class NamePatterns(string[] names)
{
    private readonly NamePattern[] _patterns = [.. names.Select(name => new NamePattern(name))];

    /// <summary>Whether no name was given.</summary>
    public bool IsEmpty => _patterns.Length == 0;

    /// <summary>Whether processes can be named of which nobody could say that they are missing.</summary>
    public bool MayMatchSeveral => IsEmpty || Array.Exists(_patterns, pattern => pattern.IsWildcard);

    /// <summary>The names without wildcards that nothing has matched.</summary>
    public IEnumerable<string> NotFound => _patterns.Where(pattern => pattern is { IsWildcard: false, IsMatched: false }).Select(pattern => pattern.Text);

    /// <summary>The pattern that a name is.</summary>
    /// <param name="text">The name.</param>
    /// <param name="options">How it is compared.</param>
    /// <exception cref="KsmToolsException"><see cref="ErrorReason.KnobValueInvalid"/>: it has a bracket that nothing closes.</exception>
    public static WildcardPattern Parse(string text, WildcardOptions options)
    {
        try
        {
            // PowerShell looks at a pattern when it is first used.
            var pattern = WildcardPattern.Get(text, options);
            _ = pattern.IsMatch(string.Empty);
            return pattern;
        }
        catch (WildcardPatternException exception)
        {
            throw new KsmToolsException(
                ErrorReason.KnobValueInvalid, text, MessageText.Format(ModuleMessages.PatternInvalid, text), ModuleMessages.PatternInvalidAction, errno: null, exception);
        }
    }

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
        private readonly WildcardPattern _pattern = Parse(text, WildcardOptions.IgnoreCase);

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
