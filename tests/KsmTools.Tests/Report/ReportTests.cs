using System.Text;
using System.Xml.Linq;
using KsmTools.Records;
using KsmTools.Report;
using KsmTools.Rmap;
using KsmTools.Rmap.Comparison;
using KsmTools.Tests.Comparison;
using KsmTools.Tests.Names;

namespace KsmTools.Tests.Report;

public sealed class ReportTests
{
    private static readonly byte[] PngMagic = [0x89, (byte)'P', (byte)'N', (byte)'G', 0x0D, 0x0A, 0x1A, 0x0A];

    private static RmapReport Report(IEnumerable<RmapWalk> walks, RmapGroupBy groupBy = RmapGroupBy.PageType, string title = "A title")
    {
        var symbols = new SymbolTable();
        var report = new RmapReport(title, groupBy, symbols) { Time = DateTimeOffset.UnixEpoch };
        var measurement = new RmapWalkMeasurement(groupBy, symbols);
        foreach (RmapWalk walk in walks)
        {
            measurement.Add(walk);
            report.AddTime(walk);
        }

        foreach (RmapWalkStatistics statistics in measurement.Statistics())
        {
            report.Add(new RmapMeasuredSet { Statistics = statistics });
        }

        return report;
    }

    private static IEnumerable<RmapWalk> Some(int count) => new Walks(seed: 21).Draw(count)
        .Select((duration, index) => new RmapWalk { StartNanoseconds = index * 7_000_000L, DurationNanoseconds = duration, PageType = (RmapPageType)(index % 3), Command = "kcompactd" });

    private static string Html(RmapReport report) => Encoding.UTF8.GetString(report.Write(RmapReportFormat.Html));

    [Fact]
    public void It_needs_nothing_from_elsewhere()
    {
        string html = Html(Report(Some(300)));
        Assert.DoesNotContain("<script", html, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("<link", html, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("url(", html, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("src=", html, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("http://", html.Replace("http://www.w3.org/2000/svg", string.Empty, StringComparison.Ordinal), StringComparison.Ordinal);
        Assert.DoesNotContain("https://", html, StringComparison.Ordinal);
    }

    [Fact]
    public void It_has_the_figures_of_every_group_and_all_charts()
    {
        string html = Html(Report(Some(300)));
        foreach (string expected in (string[])["<bdi>Ksm</bdi></th>", "<bdi>Anon</bdi></th>", "<bdi>File</bdi></th>", ">P99.9<", "How long walks took", "Percentiles", "Walks over time", "prefers-color-scheme:dark", "@media print", "viewport"])
        {
            Assert.Contains(expected, html, StringComparison.Ordinal);
        }

        Assert.Equal(6, html.Split("<svg xmlns").Length - 1);
    }

    [Fact]
    public void Names_and_titles_are_text_and_nothing_else()
    {
        const string Name = "<b>&\"'\u0001\e[31m\u202Ex";
        RmapReport report = Report([new RmapWalk { Command = Name, DurationNanoseconds = 5 }, new RmapWalk { Command = "\uD800", DurationNanoseconds = 7 }], RmapGroupBy.Command, "<script>alert(1)</script>" + Name);
        report.AddFact("<i>host", "a & b\nc");
        string html = Html(report);
        Assert.DoesNotContain("<b>", html, StringComparison.Ordinal);
        Assert.DoesNotContain("<script", html, StringComparison.Ordinal);
        Assert.DoesNotContain("<i>", html, StringComparison.Ordinal);
        Assert.Contains("&lt;b&gt;&amp;", html, StringComparison.Ordinal);
        Assert.DoesNotContain(html, Hostile.IsObeyed);
        XDocument svg = XDocument.Parse(Encoding.UTF8.GetString(report.Write(RmapReportFormat.Svg)));
        Assert.DoesNotContain(svg.ToString(), Hostile.IsObeyed);
        Assert.Contains(svg.Descendants(), element => element.Name.LocalName == "text" && element.Value.StartsWith("<b>&\"'\\x01", StringComparison.Ordinal));
    }

    [Fact]
    public void A_drawing_holds_no_name_that_is_not_escaped()
    {
        var drawing = new Drawing(10, 10);
        drawing.Text(0, 0, Hostile.Name);
        Assert.Equal(Hostile.Shown, Assert.IsType<TextShape>(Assert.Single(drawing.Shapes)).Text);
    }

    [Fact]
    public void Its_size_does_not_grow_with_the_walks()
    {
        int some = Report(Some(20_000)).Write(RmapReportFormat.Html).Length;
        int many = Report(Some(200_000)).Write(RmapReportFormat.Html).Length;
        Assert.InRange(many, some / 2, some * 5 / 4);
        Assert.InRange(many, 1, 400_000);
    }

    [Fact]
    public void More_than_a_thousand_groups_make_a_report_that_says_what_it_leaves_out()
    {
        string html = Html(Report(Enumerable.Range(0, 1500).Select(thread => new RmapWalk { ThreadId = thread, DurationNanoseconds = 1000 + thread }), RmapGroupBy.ThreadId));
        Assert.Equal(HtmlPage.MostListed, html.Split("<th scope=\"row\">").Length - 1);
        Assert.Contains("1,488 more groups are in the table only: those without a mark.", html, StringComparison.Ordinal);
        Assert.Contains("The table leaves out 500 of 1,500 groups: their longest walks are no longer than", html, StringComparison.Ordinal);
        Assert.Contains("<bdi>thread 1499<", html, StringComparison.Ordinal);
        Assert.DoesNotContain("<bdi>thread 1<", html, StringComparison.Ordinal);
        Assert.InRange(html.Length, 1, 1_500_000);
    }

    [Fact]
    public void A_picture_is_a_picture_with_its_text()
    {
        byte[] picture = Report(Some(300)).Write(RmapReportFormat.Png);
        Assert.Equal(PngMagic, picture[..8]);
        using SkiaSharp.SKBitmap bitmap = SkiaSharp.SKBitmap.Decode(picture);
        Assert.Equal(1920, bitmap.Width);

        // The title is dark on white paper, whatever fonts the machine has.
        int dark = Enumerable.Range(64, 200).Sum(x => Enumerable.Range(70, 50).Count(y => bitmap.GetPixel(x, y).Red < 100));
        Assert.InRange(dark, 200, 5000);
        Assert.Equal(SkiaSharp.SKColors.White, bitmap.GetPixel(5, 5));
    }

    [Fact]
    public void One_walk_of_no_time_can_be_reported()
    {
        RmapReport report = Report([new RmapWalk { DurationNanoseconds = 0 }]);
        foreach (RmapReportFormat format in Enum.GetValues<RmapReportFormat>())
        {
            Assert.NotEmpty(report.Write(format));
        }

        Assert.DoesNotContain("NaN", Html(report), StringComparison.Ordinal);
        Assert.DoesNotContain("\u221E", Html(report), StringComparison.Ordinal);
    }

    [Fact]
    public void A_timeline_keeps_every_walk_in_few_spans()
    {
        var timeline = new Timeline();
        var random = new Random(5);
        long[] starts = [.. Enumerable.Range(0, 50_000).Select(_ => random.NextInt64(0, 1L << 50))];
        foreach (long start in starts)
        {
            timeline.Add(start, start % 1000);
        }

        Assert.InRange(timeline.Bins.Count, 100, 480);
        Assert.Equal(starts.Length, timeline.Bins.Sum(bin => bin.Count));
        Assert.Equal(starts.Min(), timeline.Bins[0].Start);
        Assert.Equal((starts.Min(start => start % 1000), starts.Max(start => start % 1000)), (timeline.Bins.Min(bin => bin.Shortest), timeline.Bins.Max(bin => bin.Longest)));
    }
}
