namespace KsmTools.Report;

/// <summary>What is drawn in one colour. The first six are groups of walks.</summary>
internal enum Ink
{
    Group1,
    Group2,
    Group3,
    Group4,
    Group5,
    Group6,
    Text,
    Muted,
    Grid,
    Paper,
}

/// <summary>The colours of light paper and of a dark screen. Those of groups differ for colour-blind people too (Okabe and Ito).</summary>
internal static class Inks
{
    /// <summary>Colours as CSS and Skia write them, in the order of <see cref="Ink"/>.</summary>
    public static readonly string[] Light = ["#c2410c", "#0369a1", "#047857", "#7e22ce", "#a16207", "#be185d", "#111827", "#4b5563", "#d1d5db", "#ffffff"];

    /// <inheritdoc cref="Light"/>
    public static readonly string[] Dark = ["#fb923c", "#38bdf8", "#34d399", "#c084fc", "#facc15", "#f472b6", "#f3f4f6", "#9ca3af", "#374151", "#111827"];

    /// <summary>How many groups have a colour.</summary>
    public const int Groups = 6;

    /// <summary>The name that style sheets know an ink by.</summary>
    public static string Name(Ink ink) => "i" + (int)ink;

    /// <summary>Custom properties of a style sheet: <c>--i0:#c2410c;...</c></summary>
    public static string Properties(string[] colors) => string.Concat(colors.Select((color, index) => $"--i{index}:{color};"));

    /// <summary>Rules that give every ink its colour.</summary>
    public static string Rules() =>
        string.Concat(Enum.GetValues<Ink>().Select(ink => $".{Name(ink)}{{fill:var(--{Name(ink)})}}.l{Name(ink)}{{stroke:var(--{Name(ink)});fill:none}}"));
}
