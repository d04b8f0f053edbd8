using KsmTools.Rmap;

namespace KsmTools.Report;

/// <summary>The line of a group's percentiles.</summary>
/// <param name="statistics">The group.</param>
/// <param name="axis">Where durations are.</param>
/// <param name="left">Where 0% is.</param>
/// <param name="perNine">Pixels from a share to one with another nine.</param>
/// <param name="nines">The nines of the axis.</param>
internal sealed class PercentileCurve(RmapWalkStatistics statistics, LogAxis axis, double left, double perNine, double nines)
{
    private readonly long _maximum = statistics.MaximumNanoseconds!.Value;
    private readonly double _own = Math.Min(nines, Math.Log10(statistics.Count));

    /// <summary>Its corners: steps, as percentiles are.</summary>
    /// <param name="points">Shares of the axis that are looked at.</param>
    public IEnumerable<(double X, double Y)> Points(int points)
    {
        double former = axis.At(Math.Min(statistics.Histogram[0].ToNanoseconds, _maximum));
        yield return (left, former);
        for (int i = 1; i <= points && i * nines / points <= _own; i++)
        {
            double y = At(i * nines / points);
            double x = left + (i * nines / points * perNine);
            if (y != former)
            {
                yield return (x, former);
                yield return (x, y);
                former = y;
            }
        }

        double end = axis.At(_maximum);
        yield return (left + (_own * perNine), former);
        yield return (left + (_own * perNine), end);
        yield return (left + (_own * perNine) + 4, end);
    }

    /// <summary>Where its marks are: at each share that has a label, as far as it has walks, and at its end.</summary>
    public IEnumerable<(double X, double Y)> Marks()
    {
        double[] shares = [Math.Log10(2), .. Enumerable.Range(1, (int)nines).Select(nine => (double)nine)];
        foreach (double share in shares.Where(share => share < _own))
        {
            yield return (left + (share * perNine), At(share));
        }

        yield return (left + (_own * perNine), axis.At(_maximum));
    }

    // As a decimal, a share has fifteen digits, and none of those by which a power is off.
    private double At(double share) => axis.At(Math.Min(RmapHistogramBucket.Percentile(statistics.Histogram, (decimal)(100 - Math.Pow(10, 2 - share)))!.Value, _maximum));
}
