using KsmTools.Errors;

namespace KsmTools.Report;

/// <summary>A drawing: what charts are made of, in whatever they are written as.</summary>
/// <param name="width">Its width in pixels.</param>
/// <param name="height">Its height in pixels.</param>
internal sealed class Drawing(double width, double height)
{
    /// <summary>The size of labels. On a phone of 360 pixels, where a drawing is a little smaller than it says, they are not below 11.</summary>
    public const double Small = 12;

    /// <summary>How far lines of small text are from each other.</summary>
    public const double LineHeight = 16;

    public double Width => width;

    public double Height => height;

    public List<Shape> Shapes { get; } = [];

    /// <summary>Whether it is the heading of what comes next.</summary>
    public bool IsHeading { get; init; }

    /// <summary>What is to be said below it, a paragraph each.</summary>
    public List<string> Caption { get; } = [];

    public void Bar(double x, double y, double barWidth, double barHeight, Ink ink, string? title = null) =>
        Shapes.Add(new BarShape(x, y, barWidth, barHeight, ink, title));

    public void Line(double x1, double y1, double x2, double y2, Ink ink, double thickness = 1, double opacity = 1) =>
        Shapes.Add(new LinesShape([[(x1, y1), (x2, y2)]], ink, thickness, opacity, []));

    public void Lines(IReadOnlyList<(double X, double Y)[]> lines, Ink ink, double thickness, double opacity = 1, double[]? dash = null) =>
        Shapes.Add(new LinesShape(lines, ink, thickness, opacity, dash ?? []));

    public void Mark(double x, double y, double radius, GroupStyle style) => Shapes.Add(new MarkShape(x, y, radius, style.Mark, style.Ink));

    public void Text(double x, double y, string text, Ink ink = Ink.Text, double size = Small, Anchor anchor = Anchor.Start, bool bold = false) =>
        Shapes.Add(new TextShape(x, y, TerminalText.Escape(text), ink, size, anchor, bold, null));

    /// <summary>A text that is cut where it is wider than its room; the whole is its title.</summary>
    public void FittedText(double x, double y, double room, string text, Ink ink = Ink.Text, double size = Small, bool bold = false)
    {
        string whole = TerminalText.Escape(text);
        string shown = Report.FittedText.Cut(whole, room, size, bold);
        Shapes.Add(new TextShape(x, y, shown, ink, size, Anchor.Start, bold, shown == whole ? null : whole));
    }

    /// <summary>Puts another drawing into this one.</summary>
    /// <param name="other">The other.</param>
    /// <param name="x">Where its left is.</param>
    /// <param name="y">Where its top is.</param>
    public void Add(Drawing other, double x, double y)
    {
        foreach (Shape shape in other.Shapes)
        {
            Shapes.Add(shape switch
            {
                BarShape bar => bar with { X = bar.X + x, Y = bar.Y + y },
                TextShape text => text with { X = text.X + x, Y = text.Y + y },
                MarkShape mark => mark with { X = mark.X + x, Y = mark.Y + y },
                LinesShape lines => lines with { Lines = [.. lines.Lines.Select(line => line.Select(point => (point.X + x, point.Y + y)).ToArray())] },
                _ => throw new ArgumentException(shape.GetType().Name, nameof(other)),
            });
        }
    }
}
