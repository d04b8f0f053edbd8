using KsmTools.Records;

namespace KsmTools.Report;

/// <summary>What marks the lines of a page type, whatever colours can be seen.</summary>
internal enum PageMark
{
    Circle,
    Square,
    Triangle,
    Diamond,
}

/// <summary>How a group is drawn. The page type has its colour and mark, in every report; groups within one have shades and dashes.</summary>
/// <param name="Ink">The colour.</param>
/// <param name="Mark">The mark.</param>
/// <param name="Dash">Lengths of strokes and gaps; empty is a whole line.</param>
internal sealed record GroupStyle(Ink Ink, PageMark Mark, double[] Dash)
{
    private static readonly double[][] Dashes = [[], [8, 4], [2.5, 3], [10, 3, 2, 3]];

    /// <summary>The style of a group.</summary>
    /// <param name="type">Its page type; null where it has walks of several, or none is known.</param>
    /// <param name="place">Which of its type it is, from 0; four that follow each other differ.</param>
    public static GroupStyle Of(RmapPageType? type, int place)
    {
        (Ink first, PageMark mark) = type switch
        {
            RmapPageType.Ksm => (Ink.Ksm1, PageMark.Circle),
            RmapPageType.Anon => (Ink.Anon1, PageMark.Square),
            RmapPageType.File => (Ink.File1, PageMark.Triangle),
            _ => (Ink.Other1, PageMark.Diamond),
        };
        int shade = place % Inks.Shades;
        return new GroupStyle(first + shade, mark, Dashes[shade]);
    }
}
