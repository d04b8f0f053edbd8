using System.Globalization;
using CsCheck;
using KsmTools.Errors;
using KsmTools.Tests.Support;

namespace KsmTools.Tests.Names;

public sealed class TerminalTextTests
{
    [Theory]
    [InlineData("\u001b]0;x\a\u001b[2Jy", @"\x1b]0;x\x07\x1b[2Jy")]
    [InlineData("a\r\nb\tc\0", @"a\x0d\x0ab\x09c\x00")]
    [InlineData("\u007f\u0085\u009b", @"\x7f\x85\x9b")]
    [InlineData("\u202eabc\u2066\u200b\ufeff\u00ad", @"\x202eabc\x2066\x200b\xfeff\xad")]
    [InlineData("a\u2028b\u2029c", @"a\x2028b\x2029c")]
    [InlineData("\u115f\u1160\u3164\uffa0\u2800\u034f\ufe0f\u180b\u17b4", @"\x115f\x1160\x3164\xffa0\x2800\x34f\xfe0f\x180b\x17b4")]
    [InlineData("\u2065\ufff0\U000E0100", @"\x2065\xfff0\xe0100")]
    [InlineData("tag \U000E0001\U000E0041.", @"tag \xe0001\xe0041.")]
    public void What_a_terminal_obeys_or_hides_is_escaped(string text, string shown) => Assert.Equal(shown, TerminalText.Escape(text));

    [Fact]
    public void Halves_of_surrogate_pairs_are_escaped_and_whole_ones_are_not() =>
        Assert.Equal(@"😀\xd83d-\xde00\xd83d", TerminalText.Escape("😀\ud83d-\ude00\ud83d"));

    [Theory]
    [InlineData("")]
    [InlineData("kworker/0:1-events")]
    [InlineData("naïve Ωmega 日本 😀")]
    [InlineData(@"\x1b is typed")]
    public void What_is_harmless_is_the_same_object(string text) => Assert.Same(text, TerminalText.Escape(text));

    [Fact]
    public void What_is_escaped_does_not_change() => Gen.Char.Array[0, 20].ForAll(letters =>
    {
        var text = new string(letters);
        string shown = TerminalText.Escape(text);
        Assert.Same(shown, TerminalText.Escape(shown));
        Assert.DoesNotContain(shown, Hostile.IsObeyed);
    });

    [Fact]
    public void A_quote_is_cut_between_characters()
    {
        string quoted = TerminalText.Quote(new string('a', 99) + "😀 and more");
        Assert.Equal(new string('a', 99) + "...", quoted);
    }

    [Theory]
    [InlineData("de-DE")]
    [InlineData("ar-SA")]
    public void Codes_are_alike_in_every_locale(string culture)
    {
        CultureInfo former = CultureInfo.CurrentCulture;
        CultureInfo.CurrentCulture = CultureInfo.GetCultureInfo(culture);
        try
        {
            Assert.Equal(@"\x1b", TerminalText.Escape("\u001b"));
        }
        finally
        {
            CultureInfo.CurrentCulture = former;
        }
    }
}
