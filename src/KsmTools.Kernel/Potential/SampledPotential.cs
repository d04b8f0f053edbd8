namespace KsmTools.Potential;

/// <summary>What a sample says of processes, one after the other in the order in which they were read.</summary>
internal sealed class SampledPotential
{
    private readonly CountedPages _counted;
    private readonly Sharing _sharing;
    private readonly double _share;
    private readonly SampleModel _model;
    private readonly ClusterSpread _spread;

    /// <param name="counted">What was counted.</param>
    /// <param name="shared">The frames that several mappings have.</param>
    /// <param name="sharing">What KSM does with equal pages.</param>
    /// <param name="share">The probability with which a page was drawn.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public SampledPotential(CountedPages counted, SharedFrames shared, Sharing sharing, double share, CancellationToken cancellationToken)
    {
        _counted = counted;
        _sharing = sharing;
        _share = share;
        _model = new SampleModel(share, sharing, Times(counted.Contents));
        Estimate = new SampleEstimate(_model, counted, sharing.UseZeroPages, cancellationToken);
        _spread = new ClusterSpread(counted, shared, Estimate, sharing, share);
    }

    /// <summary>What it says of all pages.</summary>
    public SampleEstimate Estimate { get; }

    /// <summary>What clusters add to the standard deviation of the sum of all processes.</summary>
    public double DeviationOfAll => _spread.OfAll;

    /// <summary>What it says of the next process.</summary>
    public PotentialPart Of(ProcessTally tally)
    {
        var shares = ProcessShares.Of(tally, _counted, _sharing, _model);

        // Page frames that were met, and what they stand for, by the part of the process's readable pages that was drawn.
        double met = shares.Known + shares.Rare.Sum() + shares.Staying;
        double times = tally.Readable(_share) / Math.Max(tally.Read, 1);
        double frames = met * times;
        double saved = Estimate.Saved(shares, frames);
        double deviation = _spread.Next(tally, tally.Read == 0 ? 0 : (saved - shares.Gain.Expected) / times, met);
        return new PotentialPart(saved, Estimate.Duplicate(shares, frames), shares.Gain.Less, shares.Gain.More, Estimate.Draw(shares, frames), deviation);
    }

    // How many mappings a page frame has on average.
    private static double Times(ContentTable contents)
    {
        double pages = 0;
        double frames = 0;
        for (int number = 0; number < contents.Count; number++)
        {
            pages += contents[number].Pages;
            frames += contents[number].Frames;
        }

        return pages / Math.Max(frames, 1);
    }
}
