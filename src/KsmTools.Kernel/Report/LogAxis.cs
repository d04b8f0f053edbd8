using KsmTools.Records;
using KsmTools.Rmap;

namespace KsmTools.Report;

/// <summary>A logarithmic axis of durations, from a power of ten or a half or a fifth of one to another.</summary>
internal sealed class LogAxis
{
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
    public LogAxis(double shortest, double longest, RmapTimeUnit unit, double at, double length)
    {
        _low = Math.Log10(Round(Math.Max(1, shortest), up: false));
        _high = Math.Log10(Round(Math.Max(1, longest) * 1.02, up: true));
        if (_high - _low < 0.5)
        {
            _low = Math.Log10(Round(Math.Max(1, shortest) * 0.6, up: false));
            _high = Math.Log10(Round(Math.Max(1, longest) * 1.6, up: true));
        }

        _unit = unit;
        _at = at;
        _length = length;
    }

    /// <summary>The shortest duration on it.</summary>
    public double From => Math.Pow(10, _low);

    /// <summary>The longest duration on it.</summary>
    public double To => Math.Pow(10, _high);

    /// <summary>Where a duration is drawn.</summary>
    public double At(double duration) => _at + ((Math.Log10(Math.Max(duration, From)) - _low) / (_high - _low) * _length);

    /// <summary>The durations that are marked: as many as leave each its room.</summary>
    /// <param name="room">Pixels that a mark needs.</param>
    public IEnumerable<(double At, string Text)> Marks(double room)
    {
        double perDecade = Math.Abs(_length) / (_high - _low);
        double[] steps = perDecade * 0.3 >= room ? [1, 2, 5] : perDecade * 0.45 >= room ? [1, 3] : [1];
        int every = steps.Length > 1 ? 1 : Math.Max(1, (int)Math.Ceiling(room / perDecade));
        for (int decade = (int)Math.Floor(_low); decade <= _high; decade++)
        {
            foreach (double step in steps)
            {
                double value = step * Math.Pow(10, decade);
                if (decade % every == 0 && value >= From * 0.999 && value <= To * 1.001)
                {
                    yield return (At(value), DurationText.Axis(Math.Round(value, 3), _unit));
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
