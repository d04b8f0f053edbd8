using System.Text;

namespace KsmTools.Report;

/// <summary>A report as an HTML page that needs nothing else: no script, no network. Every chart is there for wide and for narrow screens.</summary>
internal static class HtmlPage
{
    /// <summary>Groups that are listed.</summary>
    public const int MostListed = 1000;

    // Where a drawing is shown smaller than it is, its text is still not below 11 pixels: on screens from 780 pixels on, and on phones of 360.
    private const double Wide = 800;
    private const double Narrow = 360;

    public static string Write(ReportContents report)
    {
        var page = new StringBuilder();
        string title = SvgText.Escape(report.Title);
        _ = page.Append("<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n")
            .Append("<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">\n<meta name=\"color-scheme\" content=\"light dark\">\n")
            .Append("<title>").Append(title).Append("</title>\n<style>\n")
            .Append(":root{").Append(Inks.Properties(Inks.Light)).Append("}\n")
            .Append("@media screen and (prefers-color-scheme:dark){:root{").Append(Inks.Properties(Inks.Dark)).Append("}}\n")
            .Append(Inks.Rules()).Append('\n').Append(Style()).Append("</style>\n</head>\n<body>\n<main>\n<h1>").Append(title).Append("</h1>\n<p class=\"when\">")
            .Append(SvgText.Escape(report.Written)).Append("</p>\n");
        foreach (string warning in report.Warnings)
        {
            _ = page.Append("<p class=\"warning\">").Append(SvgText.Escape(warning)).Append("</p>\n");
        }

        Table(page, report.Groups);
        foreach (ReportChart chart in ReportChart.Of(report.Groups))
        {
            _ = page.Append("<section>\n<h2>").Append(SvgText.Escape(chart.Title)).Append("</h2>\n");
            Figure(page, chart, Wide, "wide");
            Figure(page, chart, Narrow, "narrow");
            _ = page.Append("</section>\n");
        }

        Facts(page, report);
        _ = page.Append("<section>\n<h2>What to know</h2>\n<ul>\n");
        foreach (string note in report.Notes)
        {
            _ = page.Append("<li>").Append(SvgText.Escape(note)).Append("</li>\n");
        }

        return page.Append("</ul>\n</section>\n</main>\n</body>\n</html>\n").ToString();
    }

    private static void Table(StringBuilder page, IReadOnlyList<ReportGroup> groups)
    {
        IReadOnlyList<ReportGroup> listed = ReportTable.Listed(groups, MostListed);
        _ = page.Append("<div class=\"table\"><table>\n<thead><tr>");
        foreach (string heading in ReportTable.Headings)
        {
            _ = page.Append("<th scope=\"col\">").Append(SvgText.Escape(heading)).Append("</th>");
        }

        _ = page.Append("</tr></thead>\n<tbody>\n");
        foreach (ReportGroup group in listed)
        {
            string[] cells = ReportTable.Row(group);
            _ = page.Append("<tr><th scope=\"row\">");
            if (group.IsDrawn)
            {
                SvgText.InlineMark(page, group.Style);
            }

            _ = page.Append("<bdi>").Append(SvgText.Escape(cells[0])).Append("</bdi></th>");
            for (int i = 1; i < cells.Length; i++)
            {
                _ = page.Append("<td data-of=\"").Append(SvgText.Escape(ReportTable.Headings[i])).Append("\">").Append(SvgText.Escape(cells[i])).Append("</td>");
            }

            _ = page.Append("</tr>\n");
        }

        _ = page.Append("</tbody>\n</table></div>\n");
        foreach (string left in ReportTable.LeftOut(groups, listed))
        {
            _ = page.Append("<p class=\"left-out\">").Append(SvgText.Escape(left)).Append("</p>\n");
        }
    }

    private static void Figure(StringBuilder page, ReportChart chart, double width, string cssClass)
    {
        Drawing drawing = chart.Draw(width);
        _ = page.Append("<figure class=\"").Append(cssClass).Append("\">\n");
        SvgText.Inline(page, drawing, chart.Title);
        _ = page.Append("<figcaption>");
        foreach (string paragraph in drawing.Caption)
        {
            _ = page.Append("<p>").Append(SvgText.Escape(paragraph)).Append("</p>");
        }

        _ = page.Append("</figcaption>\n</figure>\n");
    }

    private static void Facts(StringBuilder page, ReportContents report)
    {
        if (report.Facts.Count == 0)
        {
            return;
        }

        _ = page.Append("<section>\n<h2>What the walks were taken on</h2>\n<dl>\n");
        foreach ((string name, string value) in report.Facts)
        {
            _ = page.Append("<dt>").Append(SvgText.Escape(name)).Append("</dt><dd>").Append(SvgText.Escape(value)).Append("</dd>\n");
        }

        _ = page.Append("</dl>\n</section>\n");
    }

    private static string Style()
    {
        using Stream stream = typeof(HtmlPage).Assembly.GetManifestResourceStream("HtmlPage.css")!;
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }
}
