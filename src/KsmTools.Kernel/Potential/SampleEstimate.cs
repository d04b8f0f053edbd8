using MathNet.Numerics.Distributions;

namespace KsmTools.Potential;

/// <summary>
/// What a sample says of all pages, and how sure it is. The interval is of a Bayesian bootstrap: how many contents were met once, twice and so on is drawn again, each count
/// from a gamma distribution (Jeffreys' prior for a Poisson count), and the model fitted to that, more or less closely; likewise how many pages have contents that were met often.
/// </summary>
internal sealed class SampleEstimate
{
    private const int Draws = 50;
    private const double Tail = 0.03;
    private const int Seed = 20_231;
    private const double FewestSteps = 300;
    private const double MostSteps = 8000;

    private readonly (double[] Saved, double[] Duplicate) _fit;
    private readonly List<(double[] Counts, double[] Saved)> _draws = [];
    private readonly double[] _contents = new double[SampleModel.Rare + 1];

    /// <param name="model">The model.</param>
    /// <param name="contents">The contents that the sample met.</param>
    /// <param name="zeroPagesAreSpecial">Whether zero pages are no content of the model.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public SampleEstimate(SampleModel model, ContentTable contents, bool zeroPagesAreSpecial, CancellationToken cancellationToken)
    {
        for (int number = zeroPagesAreSpecial ? PotentialReader.ZeroContent + 1 : 0; number < contents.Count; number++)
        {
            if (contents[number].Frames is > 0 and <= SampleModel.Rare and var met)
            {
                _contents[met]++;
            }
        }

        _fit = model.Fit(_contents, SampleModel.Steps);
        var random = new Random(Seed);
        int last = Array.FindLastIndex(_contents, count => count > 0);
        for (int draw = 0; draw < Draws; draw++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            double[] drawn = new double[SampleModel.Rare + 1];
            for (int met = 1; met <= Math.Min(last + 1, SampleModel.Rare); met++)
            {
                drawn[met] = Gamma.Sample(random, _contents[met] + 0.5, 1);
            }

            int steps = (int)(FewestSteps * Math.Pow(MostSteps / FewestSteps, random.NextDouble()));
            _draws.Add((drawn, model.Fit(drawn, steps).Saved));
        }
    }

    /// <summary>Pages that merging would free, of a process or of all.</summary>
    /// <param name="shares">What the sample met.</param>
    /// <param name="frames">How many page frames the sample stands for.</param>
    public double Saved(ProcessShares shares, double frames) => Scale(shares.Saved, shares.Known, shares.Rare, _fit.Saved, frames);

    /// <summary>Duplicates, likewise.</summary>
    public double Duplicate(ProcessShares shares, double frames) => Scale(shares.Duplicate, shares.Known, shares.Rare, _fit.Duplicate, frames);

    /// <summary>The interval of <see cref="Saved"/>.</summary>
    public (double Lower, double Upper) Interval(ProcessShares shares, double frames)
    {
        double[] rare = new double[SampleModel.Rare + 1];
        double[] saved = new double[Draws];
        var random = new Random(Seed);
        for (int draw = 0; draw < Draws; draw++)
        {
            (double[] counts, double[] parts) = _draws[draw];
            for (int met = 1; met < rare.Length; met++)
            {
                rare[met] = _contents[met] > 0 ? shares.Rare[met] * counts[met] / _contents[met] : 0;
            }

            double known = shares.Known > 0 ? Gamma.Sample(random, shares.Known, 1) / shares.Known : 1;
            saved[draw] = Scale(known * shares.Saved, known * shares.Known, rare, parts, frames);
        }

        Array.Sort(saved);
        int tail = (int)(Tail * Draws);
        double estimate = Saved(shares, frames);
        return (Math.Min(saved[tail], estimate), Math.Max(saved[^(tail + 1)], estimate));
    }

    private static double Scale(double sum, double known, double[] rare, double[] parts, double frames)
    {
        double met = known;
        for (int index = 1; index < rare.Length; index++)
        {
            sum += rare[index] * parts[index];
            met += rare[index];
        }

        return met > 0 ? sum / met * frames : 0;
    }
}
