using System.Globalization;

namespace KsmTools.Report;

/// <summary>The head of a group's strip: its mark, its name, and at the right how many walks it has.</summary>
internal static class StripTitle
{
    /// <summary>How high it is.</summary>
    public const double Height = 22;

    private const double NameAt = 16;
    private const double NameSize = 13;
    private const double BaseLine = 15;
    private const double Gap = 12;

    /// <summary>Draws it.</summary>
    /// <param name="drawing">The strip.</param>
    /// <param name="group">The group.</param>
    public static void Draw(Drawing drawing, ReportGroup group)
    {
        string count = string.Create(CultureInfo.InvariantCulture, $"{group.Statistics.Count:N0} {(group.Statistics.Count == 1 ? "walk" : "walks")}");
        drawing.Mark(6, BaseLine - 4.5, 5, group.Style);
        drawing.FittedText(NameAt, BaseLine, drawing.Width - NameAt - Gap - FontMetrics.Width(count, Drawing.Small), group.Name, Ink.Text, NameSize, bold: true);
        drawing.Text(drawing.Width, BaseLine, count, Ink.Muted, anchor: Anchor.End);
    }
}
