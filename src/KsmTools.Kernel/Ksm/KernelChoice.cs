namespace KsmTools.Ksm;

/// <summary>A file that shows all its words with the choice in brackets, <c>[none] scan-time</c>, and takes the plain word.</summary>
internal static class KernelChoice
{
    /// <summary>The chosen word, as the file takes it; a text without brackets is its own.</summary>
    /// <param name="text">What the file shows.</param>
    public static string Of(string text)
    {
        int open = text.IndexOf('[', StringComparison.Ordinal);
        int close = open < 0 ? -1 : text.IndexOf(']', open);
        return close > open + 1 ? text[(open + 1)..close] : text;
    }

    /// <summary>The words to choose from.</summary>
    /// <param name="text">What the file shows.</param>
    public static IReadOnlyList<string> All(string text) =>
        [.. text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries).Select(word => word.TrimStart('[').TrimEnd(']'))];
}
