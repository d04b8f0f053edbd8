using System.Collections.ObjectModel;
using KsmTools.Errors;

namespace KsmTools.Ksm;

/// <summary>
/// Names of files or lines of which nothing else is known, with their texts, in order. As a text, which a table of comma-separated values holds, it is
/// <c>new_knob 5, pages_reused 17</c>.
/// </summary>
/// <param name="texts">The names and texts.</param>
/// <param name="areShown">Whether the texts are as a kernel shows them, and not as somebody wants to write them.</param>
internal sealed class NamedTexts(IEnumerable<KeyValuePair<string, string?>> texts, bool areShown)
    : ReadOnlyDictionary<string, string?>(new OrderedDictionary<string, string?>(texts, StringComparer.Ordinal))
{
    /// <summary>None.</summary>
    public static readonly NamedTexts None = new([], areShown: false);

    /// <summary>A copy that nobody changes.</summary>
    public static NamedTexts Of(IReadOnlyDictionary<string, string?> texts) => texts as NamedTexts ?? (texts.Count == 0 ? None : new NamedTexts(texts, areShown: false));

    /// <summary>What a file takes for its text: of what a kernel shows the chosen word.</summary>
    /// <param name="name">Its name.</param>
    /// <returns>Null where there is no text.</returns>
    public string? ToWrite(string name) => this.GetValueOrDefault(name) is { } text ? areShown ? KernelChoice.Of(text) : text : null;

    /// <summary>The same with one text changed.</summary>
    public NamedTexts With(string name, string? text) => new(new OrderedDictionary<string, string?>(this, StringComparer.Ordinal) { [name] = text }, areShown);

    /// <summary>The same with some of the names.</summary>
    public NamedTexts Where(Func<string, bool> isWanted) => new(this.Where(file => isWanted(file.Key)), areShown);

    /// <inheritdoc/>
    public override string ToString() => TerminalText.Escape(string.Join(", ", this.Select(file => file.Value is null ? file.Key : $"{file.Key} {file.Value}")));
}
