using System.Globalization;
using KsmTools.Records;
using KsmTools.Report;

namespace KsmTools.Tests.Report;

/// <summary>Colours of reports: contrast as WCAG 2 has it, and how they differ for people who see fewer.</summary>
public sealed class ReportPaletteTests
{
    private const double OfText = 4.5;
    private const double OfGraphics = 3;
    private const double BetweenShades = 1.25;

    // In OKLab; 0.02 can just be seen.
    private const double BetweenTypes = 0.08;

    private static readonly RmapPageType?[] Types = [RmapPageType.Ksm, RmapPageType.Anon, RmapPageType.File, null];

    // Machado, Oliveira and Fernandes 2009, severity 1: on linear red, green, blue.
    private static readonly double[][] Sights =
    [
        [1, 0, 0, 0, 1, 0, 0, 0, 1],
        [0.152286, 1.052583, -0.204868, 0.114503, 0.786281, 0.099216, -0.003882, -0.048116, 1.051998],
        [0.367322, 0.860646, -0.227968, 0.280085, 0.672501, 0.047413, -0.011820, 0.042940, 0.968881],
        [1.255528, -0.076749, -0.178779, -0.078411, 0.930809, 0.147602, 0.004733, 0.691367, 0.303900],
    ];

    public static TheoryData<bool> Schemes => [false, true];

    [Theory]
    [MemberData(nameof(Schemes))]
    public void Text_and_graphics_stand_out_from_their_paper(bool isDark)
    {
        string[] colors = isDark ? Inks.Dark : Inks.Light;
        Assert.Equal(Enum.GetValues<Ink>().Length, colors.Length);
        foreach (Ink ink in Enum.GetValues<Ink>().Except([Ink.Grid, Ink.Paper]))
        {
            double contrast = Contrast(colors[(int)ink], colors[(int)Ink.Paper]);
            Assert.True(contrast >= (ink is Ink.Text or Ink.Muted ? OfText : OfGraphics), $"{ink}: {contrast:0.00}");
        }
    }

    [Theory]
    [MemberData(nameof(Schemes))]
    public void Shades_of_a_page_type_differ(bool isDark)
    {
        string[] colors = isDark ? Inks.Dark : Inks.Light;
        foreach (RmapPageType? type in Types)
        {
            string[] shades = [.. Enumerable.Range(0, Inks.Shades).Select(place => colors[(int)GroupStyle.Of(type, place).Ink]).OrderBy(Luminance)];
            Assert.All(shades.Zip(shades.Skip(1)), pair => Assert.True(Contrast(pair.First, pair.Second) >= BetweenShades, $"{type}: {pair}"));
        }
    }

    [Theory]
    [MemberData(nameof(Schemes))]
    public void Page_types_differ_for_all_kinds_of_sight(bool isDark)
    {
        string[] colors = isDark ? Inks.Dark : Inks.Light;
        double[][] first = [.. Types.Select(type => Linear(colors[(int)GroupStyle.Of(type, 0).Ink]))];
        foreach (double[] sight in Sights)
        {
            double[][] seen = [.. first.Select(color => Lab([.. Enumerable.Range(0, 3).Select(i => Enumerable.Range(0, 3).Sum(j => sight[(3 * i) + j] * color[j]))]))];
            for (int i = 0; i < seen.Length; i++)
            {
                for (int j = 0; j < i; j++)
                {
                    double distance = Math.Sqrt(seen[i].Zip(seen[j]).Sum(pair => Math.Pow(pair.First - pair.Second, 2)));
                    Assert.True(distance >= BetweenTypes, $"{Types[i]} and {Types[j]}: {distance:0.000}");
                }
            }
        }
    }

    [Fact]
    public void A_page_type_has_its_colour_and_mark_whatever_else_is_in_the_report()
    {
        foreach (RmapPageType type in Enum.GetValues<RmapPageType>())
        {
            GroupStyle alone = Assert.Single(ReportSamples.Groups([Set(type)])).Style;
            ReportGroup[] among = [.. ReportSamples.Groups([.. Enum.GetValues<RmapPageType>().Reverse().Select(Set)])];
            GroupStyle other = among.Single(group => group.Statistics.PageType == type).Style;
            Assert.Equal((alone.Ink, alone.Mark), (other.Ink, other.Mark));
            Assert.StartsWith(type.ToString(), alone.Ink.ToString(), StringComparison.Ordinal);
            Assert.All(ReportSamples.Groups(6).Where(group => group.IsDrawn && group.Statistics.PageType == type), group =>
            {
                Assert.StartsWith(type.ToString(), group.Style.Ink.ToString(), StringComparison.Ordinal);
                Assert.Equal(alone.Mark, group.Style.Mark);
            });
        }

        Assert.Equal(Types.Length, Types.Select(type => GroupStyle.Of(type, 0).Mark).Distinct().Count());

        static Rmap.Comparison.RmapMeasuredSet Set(RmapPageType type) => new() { Statistics = ReportSamples.Of([1000, 2000 + (int)type]) with { PageType = type } };
    }

    private static double Contrast(string one, string other)
    {
        double[] two = [.. ((double[])[Luminance(one), Luminance(other)]).Order()];
        return (two[1] + 0.05) / (two[0] + 0.05);
    }

    private static double Luminance(string color) => Linear(color) is var light ? (0.2126 * light[0]) + (0.7152 * light[1]) + (0.0722 * light[2]) : 0;

    private static double[] Linear(string color) =>
    [
        .. ((int[])[1, 3, 5]).Select(at => int.Parse(color.AsSpan(at, 2), NumberStyles.HexNumber, CultureInfo.InvariantCulture) / 255.0)
            .Select(value => value <= 0.04045 ? value / 12.92 : Math.Pow((value + 0.055) / 1.055, 2.4)),
    ];

    // Ottosson's OKLab.
    private static double[] Lab(double[] color)
    {
        double[] c = [.. color.Select(value => Math.Max(0, value))];
        double l = Math.Cbrt((0.4122214708 * c[0]) + (0.5363325363 * c[1]) + (0.0514459929 * c[2]));
        double m = Math.Cbrt((0.2119034982 * c[0]) + (0.6806995451 * c[1]) + (0.1073969566 * c[2]));
        double s = Math.Cbrt((0.0883024619 * c[0]) + (0.2817188376 * c[1]) + (0.6299787005 * c[2]));
        return
        [
            (0.2104542553 * l) + (0.7936177850 * m) - (0.0040720468 * s),
            (1.9779984951 * l) - (2.4285922050 * m) + (0.4505937099 * s),
            (0.0259040371 * l) + (0.7827717662 * m) - (0.8086757660 * s),
        ];
    }
}
