using System.Collections.ObjectModel;
using KsmTools.Errors;

namespace KsmTools.Ksm;

/// <summary>Files' names and texts, in order. As a text, which a table of comma-separated values holds, it is <c>new_knob 5, pages_reused 17</c>.</summary>
/// <param name="texts">The names and texts.</param>
internal sealed class FileTexts(IReadOnlyDictionary<string, string?> texts)
    : ReadOnlyDictionary<string, string?>(new OrderedDictionary<string, string?>(texts, StringComparer.Ordinal))
{
    /// <summary>None.</summary>
    public static readonly FileTexts None = new(ReadOnlyDictionary<string, string?>.Empty);

    /// <summary>A copy that nobody changes.</summary>
    public static FileTexts Of(IReadOnlyDictionary<string, string?> texts) => texts as FileTexts ?? (texts.Count == 0 ? None : new FileTexts(texts));

    /// <inheritdoc/>
    public override string ToString() => TerminalText.Escape(string.Join(", ", this.Select(file => file.Value is null ? file.Key : $"{file.Key} {file.Value}")));
}
