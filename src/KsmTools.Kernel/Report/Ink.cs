namespace KsmTools.Report;

/// <summary>What is drawn in one colour: four shades for each page type and for walks of no one type, and what is around them.</summary>
internal enum Ink
{
    Ksm1,
    Ksm2,
    Ksm3,
    Ksm4,
    Anon1,
    Anon2,
    Anon3,
    Anon4,
    File1,
    File2,
    File3,
    File4,
    Other1,
    Other2,
    Other3,
    Other4,
    Text,
    Muted,
    Grid,
    Paper,
}

/// <summary>
/// The colours of light paper and of a dark screen. KSM pages are orange, anonymous ones blue, file pages green and all else grey, in every report. They were
/// chosen in OKLCH by their contrast to the paper (at least 3, as WCAG 1.4.11 asks of graphics; text has 4.5), each shade 1.25 times the next by that measure,
/// and the first shades of all types differ for protanopia, deuteranopia and tritanopia as well.
/// </summary>
internal static class Inks
{
    /// <summary>Shades of a page type.</summary>
    public const int Shades = 4;

    /// <summary>Colours as CSS and Skia write them, in the order of <see cref="Ink"/>.</summary>
    public static readonly string[] Light =
    [
        "#c14f01", "#6c2900", "#f1660b", "#953c01",
        "#0664a6", "#01365d", "#2d90e0", "#054c7f",
        "#049365", "#043925", "#087c55", "#005035",
        "#545962", "#252a31", "#7a8088", "#3b4047",
        "#111827", "#4b5563", "#d1d5db", "#ffffff",
    ];

    /// <inheritdoc cref="Light"/>
    public static readonly string[] Dark =
    [
        "#ff8244", "#c95406", "#ffc9b1", "#ed6300",
        "#3b9bed", "#c9e4fe", "#0c7ccb", "#85c3fe",
        "#58d9a1", "#0a9b6a", "#79f8bf", "#2eb882",
        "#dfe5ef", "#6b7179", "#b3b9c3", "#838891",
        "#f3f4f6", "#9ca3af", "#374151", "#111827",
    ];

    /// <summary>The name that style sheets know an ink by.</summary>
    public static string Name(Ink ink) => Names[(int)ink];

    private static readonly string[] Names = [.. Enum.GetNames<Ink>().Select(name => name.ToLowerInvariant())];

    /// <summary>Custom properties of a style sheet: <c>--ksm1:#c14f01;...</c></summary>
    public static string Properties(string[] colors) => string.Concat(colors.Select((color, index) => $"--{Names[index]}:{color};"));

    /// <summary>Rules that give every ink its colour: of what is filled the class of its name, of lines the same after <c>l-</c>.</summary>
    public static string Rules() => string.Concat(Names.Select(name => $".{name}{{fill:var(--{name})}}.l-{name}{{stroke:var(--{name});fill:none}}"));
}
