using System.Collections.ObjectModel;
using KsmTools.Errors;

namespace KsmTools.Ksm;

/// <summary>Names of files or lines of which nothing else is known, with their texts, in order. As a text, which a table of comma-separated values holds, it is <c>new_knob 5, pages_reused 17</c>.</summary>
/// <param name="texts">The names and texts.</param>
internal sealed class NamedTexts(IReadOnlyDictionary<string, string?> texts)
    : ReadOnlyDictionary<string, string?>(new OrderedDictionary<string, string?>(texts, StringComparer.Ordinal))
{
    /// <summary>None.</summary>
    public static readonly NamedTexts None = new(ReadOnlyDictionary<string, string?>.Empty);

    /// <summary>A copy that nobody changes.</summary>
    public static NamedTexts Of(IReadOnlyDictionary<string, string?> texts) => texts as NamedTexts ?? (texts.Count == 0 ? None : new NamedTexts(texts));

    /// <inheritdoc/>
    public override string ToString() => TerminalText.Escape(string.Join(", ", this.Select(file => file.Value is null ? file.Key : $"{file.Key} {file.Value}")));
}
