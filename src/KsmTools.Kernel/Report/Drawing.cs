using KsmTools.Errors;

namespace KsmTools.Report;

/// <summary>How a text lies at its point.</summary>
internal enum Anchor
{
    Start,
    Middle,
    End,
}

/// <summary>A drawing: what charts are made of, in whatever they are written as.</summary>
/// <param name="width">Its width in pixels.</param>
/// <param name="height">Its height in pixels.</param>
internal sealed class Drawing(double width, double height)
{
    public double Width => width;

    public double Height => height;

    public List<Shape> Shapes { get; } = [];

    public void Bar(double x, double y, double barWidth, double barHeight, Ink ink, string? title = null) =>
        Shapes.Add(new BarShape(x, y, barWidth, barHeight, ink, title));

    public void Line(double x1, double y1, double x2, double y2, Ink ink, double thickness = 1, double opacity = 1) =>
        Shapes.Add(new LinesShape([[(x1, y1), (x2, y2)]], ink, thickness, opacity));

    public void Lines(IReadOnlyList<(double X, double Y)[]> lines, Ink ink, double thickness, double opacity = 1) =>
        Shapes.Add(new LinesShape(lines, ink, thickness, opacity));

    public void Text(double x, double y, string text, Ink ink = Ink.Text, double size = 12, Anchor anchor = Anchor.Start, bool bold = false) =>
        Shapes.Add(new TextShape(x, y, TerminalText.Escape(text), ink, size, anchor, bold));

    /// <summary>About how wide a text is, whatever the font.</summary>
    public static double TextWidth(string text, double size) => text.Length * size * 0.58;

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
                LinesShape lines => lines with { Lines = [.. lines.Lines.Select(line => line.Select(point => (point.X + x, point.Y + y)).ToArray())] },
                _ => throw new ArgumentException(shape.GetType().Name, nameof(other)),
            });
        }
    }
}

/// <summary>A part of a drawing.</summary>
internal abstract record Shape(Ink Ink);

/// <summary>A filled rectangle, with what a pointer on it shows.</summary>
internal sealed record BarShape(double X, double Y, double Width, double Height, Ink Ink, string? Title) : Shape(Ink);

/// <summary>Lines, each through its points.</summary>
internal sealed record LinesShape(IReadOnlyList<(double X, double Y)[]> Lines, Ink Ink, double Thickness, double Opacity) : Shape(Ink);

/// <summary>A line of text; Y is its base line.</summary>
internal sealed record TextShape(double X, double Y, string Text, Ink Ink, double Size, Anchor Anchor, bool Bold) : Shape(Ink);
