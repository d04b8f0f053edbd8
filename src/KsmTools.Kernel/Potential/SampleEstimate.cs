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
    /// <param name="counted">The contents that the sample met.</param>
    /// <param name="zeroPagesAreSpecial">Whether zero pages are no content of the model.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public SampleEstimate(SampleModel model, CountedPages counted, bool zeroPagesAreSpecial, CancellationToken cancellationToken)
    {
        for (int number = zeroPagesAreSpecial ? PotentialReader.ZeroContent + 1 : 0; number < counted.Contents.Count; number++)
        {
            ContentFrames special = counted.Special.GetValueOrDefault(number);
            if (special.Merged == 0 && counted.Contents[number].Frames - special.Held - special.Unknown is > 0 and <= SampleModel.Rare and var met)
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
    public double Saved(ProcessShares shares, double frames) => Scale(shares.Saved, shares, 1, shares.Rare, _fit.Saved, frames) + shares.Gain.Expected;

    /// <summary>Duplicates, likewise.</summary>
    public double Duplicate(ProcessShares shares, double frames) => Scale(shares.Duplicate, shares, 1, shares.Rare, _fit.Duplicate, frames) + shares.Gain.Expected;

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
            saved[draw] = Scale(known * shares.Saved, shares, known, rare, parts, frames) + shares.Gain.Expected;
        }

        Array.Sort(saved);
        int tail = (int)(Tail * Draws);
        double estimate = Saved(shares, frames);
        return (Math.Max(Math.Min(saved[tail], estimate) - shares.Gain.Less, 0), Math.Max(saved[^(tail + 1)], estimate) + shares.Gain.More);
    }

    private static double Scale(double sum, ProcessShares shares, double known, double[] rare, double[] parts, double frames)
    {
        double met = (known * shares.Known) + shares.Staying;
        for (int index = 1; index < rare.Length; index++)
        {
            sum += rare[index] * parts[index];
            met += rare[index];
        }

        return met > 0 ? sum / met * frames : 0;
    }
}
