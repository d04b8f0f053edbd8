using MathNet.Numerics.Distributions;

namespace KsmTools.Potential;

/// <summary>
/// How many equals a page has, by how many the sample met. A page that was met once may be the only one of its content, or have equals that were not drawn; which it is follows from how
/// many contents were met once, twice and so on. The sizes of contents are a mixture of binomial distributions whose weights are found by expectation maximization
/// (towards the nonparametric maximum likelihood estimate of Norris and Pollock 1998). A content that was met more than <see cref="Rare"/> times is taken to be as large as that
/// says by itself.
/// </summary>
internal sealed class SampleModel
{
    /// <summary>The most meetings that the mixture is for.</summary>
    public const int Rare = 30;

    /// <summary>
    /// Steps towards the likeliest mixture. What goes much further fits the chance in the counts: stopping here is what makes the estimate smooth.
    /// </summary>
    public const int Steps = 3000;

    private const int EachSizeUpTo = 16;
    private const double SizeStep = 1.12;

    private readonly double _times;
    private readonly double _share;
    private readonly Sharing _sharing;
    private readonly int[] _sizes;
    private readonly double[][] _likelihood;
    private readonly double[] _seen;

    /// <param name="share">The probability with which a page was drawn.</param>
    /// <param name="sharing">What KSM does with equal pages.</param>
    /// <param name="times">How many mappings a page frame has on average.</param>
    public SampleModel(double share, Sharing sharing, double times = 1)
    {
        _times = times;
        _share = share;
        _sharing = sharing;
        _sizes = [.. Sizes(3 * Rare / share)];
        _likelihood = [.. _sizes.Select(size => Enumerable.Range(0, Rare + 1).Select(met => met > size ? 0 : Binomial.PMF(share, size, met)).ToArray())];
        _seen = [.. _likelihood.Select(row => row.Skip(1).Sum())];
    }

    /// <summary>The probability with which a page was drawn.</summary>
    public double Share => _share;

    /// <summary>The parts of a page that merging frees, and that are duplicates, by how often its content was met, up to <see cref="Rare"/>.</summary>
    /// <param name="contents">How many contents were met so often; entry 0 is not looked at.</param>
    /// <param name="steps">How closely to fit.</param>
    public (double[] Saved, double[] Duplicate) Fit(ReadOnlySpan<double> contents, int steps)
    {
        int last = contents[1..].LastIndexOfAnyExcept(0) + 1;
        double[] weights = new double[_sizes.Length];
        for (int size = 0; size < weights.Length; size++)
        {
            weights[size] = 1.0 / _sizes[size] / _sizes[size];
        }

        double[] expected = new double[Rare + 1];
        double[] ratio = new double[Rare + 1];
        for (int step = 0; step < steps; step++)
        {
            Expect(weights, expected, last);
            for (int met = 1; met <= last; met++)
            {
                ratio[met] = expected[met] > 0 ? contents[met] / expected[met] : 0;
            }

            for (int size = 0; size < weights.Length; size++)
            {
                double sum = 0;
                for (int met = 1; met <= last; met++)
                {
                    sum += ratio[met] * _likelihood[size][met];
                }

                weights[size] *= _seen[size] > 0 ? sum / _seen[size] : 0;
            }
        }

        Expect(weights, expected, Rare);
        double[] saved = new double[Rare + 1];
        double[] duplicate = new double[Rare + 1];
        for (int met = 1; met <= Rare; met++)
        {
            for (int size = 0; size < weights.Length && expected[met] > 0; size++)
            {
                double part = weights[size] * _likelihood[size][met] / expected[met];
                saved[met] += part * Saved(_sizes[size], _times);
                duplicate[met] += part * Duplicate(_sizes[size]);
            }
        }

        return (saved, duplicate);
    }

    /// <summary>The same of a content that was met more often.</summary>
    /// <param name="met">How often.</param>
    /// <param name="times">How many mappings a page frame of it has on average.</param>
    public (double Saved, double Duplicate) OfAbundant(long met, double times = 1) => (Saved((long)Math.Round(met / _share), times), Duplicate((long)Math.Round(met / _share)));

    /// <summary>How many page frames are kept of a content of which so many were met.</summary>
    public double KeptOf(long met)
    {
        long size = (long)Math.Round(met / _share);
        return (1 - Saved(size, 1)) * size;
    }

    private static double Duplicate(long size) => (size - 1) / (double)size;

    private double Saved(long size, double times) => _sharing.Saved(Math.Max((long)Math.Round(size * times), size), size, isZero: false) / size;

    private static IEnumerable<int> Sizes(double last)
    {
        for (double size = 1; size <= last; size = size < EachSizeUpTo ? size + 1 : Math.Ceiling(size * SizeStep))
        {
            yield return (int)size;
        }
    }

    private void Expect(double[] weights, double[] expected, int last)
    {
        Array.Clear(expected);
        for (int size = 0; size < weights.Length; size++)
        {
            for (int met = 1; met <= last; met++)
            {
                expected[met] += weights[size] * _likelihood[size][met];
            }
        }
    }
}
