using System.Buffers;
using System.Globalization;
using System.Management.Automation;
using KsmTools.Errors;

namespace KsmTools.Completers;

/// <summary>A word that is completed with names, which may be anybody's: what is offered is PowerShell code that means the name and nothing else.</summary>
/// <param name="word">What was typed, with or without quotes.</param>
/// <param name="takesWildcards">Whether the parameter takes patterns.</param>
internal sealed class CompletedWord(string? word, bool takesWildcards = false)
{
    // PowerShell takes typographic quotes for the straight one.
    private const string Quotes = "'\u2018\u2019\u201A\u201B";
    private const string DoubleQuotes = "\"\u201C\u201D\u201E";

    private static readonly SearchValues<char> Plain = SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-./:+");

    private readonly string _typed = WithoutQuotes(word ?? string.Empty);

    /// <summary>The completion with a name.</summary>
    /// <param name="name">The name.</param>
    /// <param name="tip">What is said of it; the name itself unless given.</param>
    /// <returns>Null where the name does not begin with what was typed, and where it has characters that cannot be shown: they cannot be typed either.</returns>
    public CompletionResult? With(string name, string? tip = null)
    {
        string text = takesWildcards ? WildcardPattern.Escape(name) : name;
        bool begins = name.StartsWith(_typed, StringComparison.OrdinalIgnoreCase) || text.StartsWith(_typed, StringComparison.OrdinalIgnoreCase);
        return begins && name.Length > 0 && TerminalText.Escape(name) == name
            ? new CompletionResult(Code(text), name, CompletionResultType.ParameterValue, TerminalText.Escape(tip ?? name))
            : null;
    }

    private static string Code(string text) => IsPlain(text) ? text : CommandText.Quote(text);

    // What begins with another sign may be an operator, a parameter or a number that is spelled otherwise.
    private static bool IsPlain(string text) =>
        (char.IsAsciiLetter(text[0]) && !text.AsSpan().ContainsAnyExcept(Plain)) || IsNumber(text);

    private static bool IsNumber(string text) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int number) && number.ToString(CultureInfo.InvariantCulture) == text;

    private static string WithoutQuotes(string word)
    {
        string? kind = word.Length == 0 ? null : new[] { Quotes, DoubleQuotes }.FirstOrDefault(kind => kind.Contains(word[0], StringComparison.Ordinal));
        if (kind is null)
        {
            return word;
        }

        string inner = word.Length > 1 && kind.Contains(word[^1], StringComparison.Ordinal) ? word[1..^1] : word[1..];
        return kind.Aggregate(inner, (text, quote) => text.Replace($"{quote}{quote}", $"{quote}", StringComparison.Ordinal));
    }
}
