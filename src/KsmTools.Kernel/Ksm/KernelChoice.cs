namespace KsmTools.Ksm;

/// <summary>A file that shows all its words with the choice in brackets, <c>[none] scan-time</c>, and takes the plain word.</summary>
internal static class KernelChoice
{
    /// <summary>The chosen word, as the file takes it; a text that is no such list is its own.</summary>
    /// <param name="text">What the file shows.</param>
    public static string Of(string text)
    {
        string[] words = Words(text);
        string[] chosen = [.. words.Where(IsChosen)];
        bool isList = chosen.Length == 1 && !text.Contains('\n', StringComparison.Ordinal);
        return isList ? chosen[0][1..^1] : text;
    }

    /// <summary>What to write where a file is to show a text again: the chosen word where it shows a list of the same words, else the text.</summary>
    /// <param name="text">The text.</param>
    /// <param name="shown">What the file shows now; null where it cannot be read.</param>
    public static string Of(string text, string? shown) => shown is not null && Of(shown) != shown && Of(text) != text && All(text).SequenceEqual(All(shown)) ? Of(text) : text;

    /// <summary>The words to choose from.</summary>
    /// <param name="text">What the file shows.</param>
    public static IReadOnlyList<string> All(string text) => [.. Words(text).Select(word => IsChosen(word) ? word[1..^1] : word)];

    private static string[] Words(string text) => text.Split(' ', StringSplitOptions.RemoveEmptyEntries);

    private static bool IsChosen(string word) => word.Length > 2 && word[0] == '[' && word[^1] == ']';
}
