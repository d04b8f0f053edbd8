using System.Buffers;

namespace KsmTools.Ksm;

/// <content>The files that no version of the kernel's own documentation has: a vendor's, or those of a kernel to come.</content>
public sealed partial class KsmKnob
{
    private static readonly SearchValues<char> PlainCharacters = SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-.");

    /// <summary>Whether it is a file of which only the name is known, in <see cref="KsmConfiguration.Other"/>.</summary>
    public bool IsOther { get; private init; }

    /// <summary>Whether a text can be the name of such a file: plain letters, and no way out of the folder.</summary>
    internal static bool IsPlainName(string name) => name.Length is > 0 and < 256 && name[0] != '.' && !name.AsSpan().ContainsAnyExcept(PlainCharacters);

    /// <summary>The knob of a file, known or not.</summary>
    internal static KsmKnob Of(string fileName) => All.FirstOrDefault(knob => knob.FileName == fileName) ?? Other(fileName);

    /// <summary>All knobs, and the other files that a configuration has.</summary>
    internal static IEnumerable<KsmKnob> AllIn(KsmConfiguration configuration) => configuration.Other.Count == 0 ? All : All.Concat(configuration.Other.Keys.Select(Other));

    private static KsmKnob Other(string fileName) =>
        new(
            fileName,
            fileName,
            string.Empty,
            configuration => configuration.Others.ToWrite(fileName),
            (configuration, text) =>
            {
                configuration.Others = configuration.Others.With(fileName, text);
                return true;
            })
        { IsOther = true };
}
