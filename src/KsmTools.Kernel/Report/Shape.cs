namespace KsmTools.Report;

/// <summary>How a text lies at its point.</summary>
internal enum Anchor
{
    Start,
    Middle,
    End,
}

/// <summary>A part of a drawing.</summary>
internal abstract record Shape(Ink Ink);

/// <summary>A filled rectangle, with what a pointer on it shows.</summary>
internal sealed record BarShape(double X, double Y, double Width, double Height, Ink Ink, string? Title) : Shape(Ink);

/// <summary>Lines, each through its points.</summary>
internal sealed record LinesShape(IReadOnlyList<(double X, double Y)[]> Lines, Ink Ink, double Thickness, double Opacity, double[] Dash) : Shape(Ink);

/// <summary>The mark of a page type around its centre.</summary>
internal sealed record MarkShape(double X, double Y, double Radius, PageMark Mark, Ink Ink) : Shape(Ink)
{
    // Corners as parts of the radius; all marks look about as large.
    private static readonly (double X, double Y)[] Square = [(-0.88, -0.88), (0.88, -0.88), (0.88, 0.88), (-0.88, 0.88)];
    private static readonly (double X, double Y)[] Triangle = [(0, -1.15), (1.1, 0.85), (-1.1, 0.85)];
    private static readonly (double X, double Y)[] Diamond = [(0, -1.2), (1.2, 0), (0, 1.2), (-1.2, 0)];

    /// <summary>The corners; none of a circle.</summary>
    public (double X, double Y)[] Corners =>
        [.. (Mark switch { PageMark.Square => Square, PageMark.Triangle => Triangle, PageMark.Diamond => Diamond, _ => [] }).Select(corner => (X + (corner.X * Radius), Y + (corner.Y * Radius)))];
}

/// <summary>A line of text; Y is its base line. Title is the whole of what is cut.</summary>
internal sealed record TextShape(double X, double Y, string Text, Ink Ink, double Size, Anchor Anchor, bool Bold, string? Title) : Shape(Ink)
{
    // Of the size: from the base line up to the highest letters, and down to the lowest, in DejaVu Sans.
    private const double Up = 0.76;
    private const double Down = 0.24;

    /// <summary>How wide it is.</summary>
    public double Width => FontMetrics.Width(Text, Size, Bold);

    /// <summary>Where it is seen.</summary>
    public TextBox Box
    {
        get
        {
            double left = Anchor switch { Anchor.Start => X, Anchor.Middle => X - (Width / 2), _ => X - Width };
            return new TextBox(left, Y - (Up * Size), left + Width, Y + (Down * Size));
        }
    }
}

/// <summary>The rectangle around a text.</summary>
internal readonly record struct TextBox(double Left, double Top, double Right, double Bottom)
{
    /// <summary>Whether two texts are one on the other.</summary>
    public bool Overlaps(TextBox other) => Left < other.Right && other.Left < Right && Top < other.Bottom && other.Top < Bottom;
}
