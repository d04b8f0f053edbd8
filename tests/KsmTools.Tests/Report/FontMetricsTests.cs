using KsmTools.Report;
using SkiaSharp;

namespace KsmTools.Tests.Report;

public sealed class FontMetricsTests
{
    [Theory]
    [InlineData("qemu-system-x86 24,623 walks", false)]
    [InlineData("WWWiiill|[]{}0123456789", true)]
    [InlineData("\u00B5s \u00E9\u0416\u03A9 \u2026", false)]
    public void Text_is_as_wide_as_it_is_painted(string text, bool bold)
    {
        using Stream stream = typeof(Drawing).Assembly.GetManifestResourceStream(bold ? "DejaVuSans-Bold.ttf" : "DejaVuSans.ttf")!;
        using var face = SKTypeface.FromStream(stream);
        using var font = new SKFont(face, 100) { Subpixel = true, Hinting = SKFontHinting.None };
        Assert.Equal(font.MeasureText(text), FontMetrics.Width(text, 100, bold), 1.0);
    }

    [Fact]
    public void What_cannot_be_painted_is_shown_by_its_number() =>
        Assert.Equal(@"a\x5d0\x1f600\x301", FontMetrics.Paintable("a\u05D0\U0001F600\u0301"));

    [Fact]
    public void Text_is_cut_and_broken_between_characters_that_people_see()
    {
        string family = "\U0001F468\U0001F3FD";
        Assert.Equal("ab\u2026", FittedText.Cut("ab" + family + family, FontMetrics.Width("ab\u2026", 10) + 12, 10));
        Assert.Equal("e\u0301\u2026", FittedText.Cut("e\u0301bcdef", FontMetrics.Width("e\u0301\u2026", 10) + 1, 10));
        Assert.Equal(["a bc", "def"], FittedText.Wrap("a bc def", FontMetrics.Width("a bc d", 10), 10));
        Assert.Equal([family, family], FittedText.Wrap(family + family, 1, 10));
        Assert.Equal(["x"], FittedText.Wrap("x", 0, 10));
    }
}
