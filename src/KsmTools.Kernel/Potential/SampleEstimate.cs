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
    private readonly SampleModel _model;
    private readonly double[] _normal = new double[Draws];
    private readonly double[] _contents = new double[SampleModel.Rare + 1];

    /// <param name="model">The model.</param>
    /// <param name="counted">The contents that the sample met.</param>
    /// <param name="zeroPagesAreSpecial">Whether zero pages are no content of the model.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public SampleEstimate(SampleModel model, CountedPages counted, bool zeroPagesAreSpecial, CancellationToken cancellationToken)
    {
        _model = model;
        for (int number = zeroPagesAreSpecial ? PotentialReader.ZeroContent + 1 : 0; number < counted.Contents.Count; number++)
        {
            ContentFrames special = counted.Special.GetValueOrDefault(number);
            if (special.Merged == 0 && FreeFrames(counted.Contents[number], special) is > 0 and <= SampleModel.Rare and var met)
            {
                _contents[met]++;
            }
        }

        _fit = model.Fit(_contents, SampleModel.Steps);
        var random = new Random(Seed);
        for (int draw = 0; draw < Draws; draw++)
        {
            _normal[draw] = Normal.InvCDF(0, 1, (draw + 0.5) / Draws);
        }

        random.Shuffle(_normal);
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

    /// <summary>The part of a page frame of a content that merging frees.</summary>
    public double SavedPerFrame(ContentCount content, ContentFrames special)
    {
        int free = FreeFrames(content, special);
        double part = special.Merged > 0 ? 1 : free <= SampleModel.Rare ? _fit.Saved[Math.Max(free, 0)] : _model.OfAbundant(free, content.Pages / (double)content.Frames).Saved;
        return (special.Unused + (free * part)) / content.Frames;
    }

    /// <summary>What <see cref="Saved"/> would be, drawn again and again. The same draw of several processes is of the same sample.</summary>
    public double[] Draw(ProcessShares shares, double frames)
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

        return saved;
    }

    /// <summary>The interval of what was drawn.</summary>
    /// <param name="estimate">What is estimated.</param>
    /// <param name="draws">What was drawn.</param>
    /// <param name="deviation">The standard deviation that <see cref="ClusterSpread"/> adds.</param>
    public (double Lower, double Upper) Interval(double estimate, double[] draws, double deviation)
    {
        double[] saved = [.. draws.Zip(_normal, (draw, normal) => draw + (deviation * normal))];
        Array.Sort(saved);
        int tail = (int)(Tail * Draws);
        return (Math.Min(saved[tail], estimate), Math.Max(saved[^(tail + 1)], estimate));
    }

    private static int FreeFrames(ContentCount content, ContentFrames special) => content.Frames - special.Held - special.Unknown - special.Merged - special.Unused;

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
