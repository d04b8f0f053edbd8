using System.Buffers.Binary;
using System.Globalization;
using System.Text;

namespace KsmTools.Report;

/// <summary>
/// How wide text is in the report's own font, DejaVu Sans, read from its tables (OpenType: cmap, hhea, hmtx). PNG is painted with it; the fonts of browsers
/// are as wide or narrower, so that what fits here fits there.
/// </summary>
internal sealed class FontMetrics
{
    private static readonly FontMetrics Regular = new("DejaVuSans.ttf");
    private static readonly FontMetrics Bold = new("DejaVuSans-Bold.ttf");

    // What the font lacks is painted by others: letters of Asia and symbols are squares, pictures somewhat wider.
    private const double Square = 1;
    private const double Picture = 1.4;

    private readonly Dictionary<int, double> _widths = [];

    private FontMetrics(string resource)
    {
        using Stream stream = typeof(FontMetrics).Assembly.GetManifestResourceStream(resource)!;
        byte[] font = new byte[stream.Length];
        stream.ReadExactly(font);
        var tables = new Dictionary<string, int>();
        for (int i = 0; i < U16(font, 4); i++)
        {
            int entry = 12 + (16 * i);
            tables[Encoding.ASCII.GetString(font, entry, 4)] = (int)BinaryPrimitives.ReadUInt32BigEndian(font.AsSpan(entry + 8));
        }

        double unitsPerEm = U16(font, tables["head"] + 18);
        int advances = U16(font, tables["hhea"] + 34);
        foreach ((int code, int glyph) in Glyphs(font, tables["cmap"]))
        {
            _widths[code] = U16(font, tables["hmtx"] + (4 * Math.Min(glyph, advances - 1))) / unitsPerEm;
        }
    }

    /// <summary>How wide a text is, in pixels.</summary>
    /// <param name="text">The text, on one line.</param>
    /// <param name="size">The size of the font in pixels.</param>
    /// <param name="bold">Whether it is bold.</param>
    public static double Width(string text, double size, bool bold = false)
    {
        FontMetrics font = bold ? Bold : Regular;
        double width = 0;
        foreach (Rune rune in text.EnumerateRunes())
        {
            width += font._widths.TryGetValue(rune.Value, out double own) ? own : WidthElsewhere(rune);
        }

        return width * size;
    }

    /// <summary>Whether the font has every character of a text.</summary>
    public static bool HasAll(string text) => text.EnumerateRunes().All(Has);

    /// <summary>A text as it can be painted: each character that the font lacks is <c>\x</c> and its code in hexadecimal, as elsewhere what cannot be shown.</summary>
    public static string Paintable(string text) => HasAll(text)
        ? text
        : string.Concat(text.EnumerateRunes().Select(rune => Has(rune) ? rune.ToString() : string.Create(CultureInfo.InvariantCulture, $"\\x{rune.Value:x2}")));

    private static bool Has(Rune rune) => Regular._widths.ContainsKey(rune.Value);

    private static double WidthElsewhere(Rune rune) => Rune.GetUnicodeCategory(rune) is UnicodeCategory.NonSpacingMark or UnicodeCategory.EnclosingMark
        ? 0
        : rune.IsBmp ? Square : Picture;

    // Format 4 is the one that these fonts have.
    private static IEnumerable<(int Code, int Glyph)> Glyphs(byte[] font, int cmap)
    {
        int table = Enumerable.Range(0, U16(font, cmap + 2))
            .Select(i => cmap + (int)BinaryPrimitives.ReadUInt32BigEndian(font.AsSpan(cmap + 8 + (8 * i))))
            .First(at => U16(font, at) == 4);
        int twice = U16(font, table + 6);
        for (int at = table + 14; at < table + 14 + twice; at += 2)
        {
            int start = U16(font, at + 2 + twice);
            int offsetAt = at + 2 + (3 * twice);
            int offset = U16(font, offsetAt);
            for (int code = start; code <= U16(font, at) && code != 0xFFFF; code++)
            {
                int glyph = offset == 0 ? code : U16(font, offsetAt + offset + (2 * (code - start)));
                yield return (code, glyph == 0 ? 0 : (glyph + U16(font, at + 2 + (2 * twice))) & 0xFFFF);
            }
        }
    }

    private static int U16(byte[] font, int at) => BinaryPrimitives.ReadUInt16BigEndian(font.AsSpan(at));
}
