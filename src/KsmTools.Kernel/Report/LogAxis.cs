using KsmTools.Records;

namespace KsmTools.Report;

/// <summary>A logarithmic axis of durations, from a power of ten or a half or a fifth of one to another.</summary>
internal sealed class LogAxis
{
    // Pixels between the labels of an axis.
    private const double Gap = 10;

    // Pixels between a label and the axis that runs up beside it.
    private const double Beside = 6;

    private static readonly double[][] Steps = [[1, 2, 5], [1, 3], [1]];

    private readonly double _low;
    private readonly double _high;
    private readonly double _at;
    private readonly double _length;
    private readonly RmapTimeUnit _unit;

    /// <summary>An axis.</summary>
    /// <param name="shortest">What it begins at or below.</param>
    /// <param name="longest">What it ends at or above.</param>
    /// <param name="unit">What durations count.</param>
    /// <param name="at">Where its beginning is drawn.</param>
    /// <param name="length">Its length in pixels; negative where it runs up.</param>
    /// <param name="reach">What it reaches to beyond these, without a margin: bins are wider than what is in them.</param>
    private LogAxis(double shortest, double longest, RmapTimeUnit unit, double at, double length, (double From, double To) reach)
    {
        (_low, _high) = Ends(1, 1.02);
        if (_high - _low < 0.5)
        {
            (_low, _high) = Ends(0.6, 1.6);
        }

        _unit = unit;
        _at = at;
        _length = length;

        (double Low, double High) Ends(double below, double above) => (
            Math.Log10(Round(Math.Max(Math.Min(1, below), Math.Min(Math.Max(1, shortest) * below, reach.From)), up: false)),
            Math.Log10(Round(Math.Max(Math.Max(1, longest) * above, reach.To), up: true)));
    }

    /// <summary>The axis of groups.</summary>
    /// <param name="groups">The groups, each with walks.</param>
    /// <param name="at">Where its beginning is drawn.</param>
    /// <param name="length">Its length in pixels; negative where it runs up.</param>
    public static LogAxis Of(IReadOnlyList<ReportGroup> groups, double at, double length) => Of(groups, at, length, (double.PositiveInfinity, 0));

    /// <summary>The axis of groups whose bars are drawn.</summary>
    /// <param name="groups">The groups, each with walks.</param>
    /// <param name="bins">The bars of each.</param>
    /// <param name="at">Where its beginning is drawn.</param>
    /// <param name="length">Its length in pixels.</param>
    public static LogAxis Of(IReadOnlyList<ReportGroup> groups, IReadOnlyList<LatencyBin>[] bins, double at, double length) =>
        Of(groups, at, length, (bins.Min(own => own[0].From), bins.Max(own => own[^1].To)));

    /// <summary>The shortest duration on it.</summary>
    public double From => Math.Pow(10, _low);

    /// <summary>The longest duration on it.</summary>
    public double To => Math.Pow(10, _high);

    /// <summary>What the labels of an axis that runs up take at its left.</summary>
    public double Beyond => MarksUp().Select(mark => FontMetrics.Width(mark.Text, Drawing.Small) + Beside).DefaultIfEmpty(0).Max();

    /// <summary>Where a duration is drawn.</summary>
    public double At(double duration) => _at + ((Math.Log10(Math.Max(duration, From)) - _low) / (_high - _low) * _length);

    /// <summary>Draws the lines of an axis that runs to the right, and their labels below.</summary>
    /// <param name="drawing">Where to.</param>
    /// <param name="top">Where lines begin.</param>
    /// <param name="bottom">Where they end.</param>
    public void DrawAcross(Drawing drawing, double top, double bottom)
    {
        foreach ((double at, string text) in Marks(text => FontMetrics.Width(text, Drawing.Small) + Gap, drawing.Width))
        {
            drawing.Line(at, top, at, bottom, Ink.Grid);
            drawing.Text(Center(at, text, drawing.Width), bottom + 17, text, Ink.Muted, Drawing.Small, Anchor.Middle);
        }
    }

    /// <summary>Draws the lines of an axis that runs up, and their labels to the left.</summary>
    /// <param name="drawing">Where to.</param>
    /// <param name="left">Where lines begin.</param>
    /// <param name="right">Where they end.</param>
    public void DrawUp(Drawing drawing, double left, double right)
    {
        foreach ((double at, string text) in MarksUp())
        {
            drawing.Line(left, at, right, at, Ink.Grid);
            drawing.Text(left - Beside, at + 4, text, Ink.Muted, Drawing.Small, Anchor.End);
        }
    }

    private (double At, string Text)[] MarksUp() => Marks(_ => Drawing.LineHeight, double.PositiveInfinity);

    // Labels keep within the drawing.
    private static double Center(double at, string text, double limit) => Math.Min(at, limit - (FontMetrics.Width(text, Drawing.Small) / 2));

    // As many as leave each label its room.
    private (double At, string Text)[] Marks(Func<string, double> room, double limit)
    {
        for (int every = 1; ; every++)
        {
            foreach (double[] steps in every == 1 ? Steps : Steps[^1..])
            {
                (double At, string Text)[] marks = [.. Marks(steps, every)];
                if (marks.Zip(marks.Skip(1)).All(pair =>
                    Math.Abs(Center(pair.First.At, pair.First.Text, limit) - Center(pair.Second.At, pair.Second.Text, limit)) >= (room(pair.First.Text) + room(pair.Second.Text)) / 2))
                {
                    return marks;
                }
            }
        }
    }

    private static LogAxis Of(IReadOnlyList<ReportGroup> groups, double at, double length, (double From, double To) reach) => new(
        groups.Min(group => group.Statistics.MinimumNanoseconds!.Value),
        groups.Max(group => group.Statistics.MaximumNanoseconds!.Value),
        groups[0].Statistics.TimeUnit,
        at,
        length,
        reach);

    private IEnumerable<(double At, string Text)> Marks(double[] steps, int every)
    {
        for (int decade = (int)Math.Floor(_low); decade <= _high; decade++)
        {
            foreach (double step in steps)
            {
                double value = step * Math.Pow(10, decade);
                if (decade % every == 0 && value >= From * 0.999 && value <= To * 1.001)
                {
                    yield return (At(value), AxisText.Of(Math.Round(value, 3), _unit));
                }
            }
        }
    }

    private static double Round(double value, bool up)
    {
        double decade = Math.Pow(10, Math.Floor(Math.Log10(value)));
        double[] steps = [1, 2, 5, 10];
        return decade * (up ? steps.First(step => step * decade >= value * 0.999) : steps.Last(step => step * decade <= value * 1.001));
    }
}
