namespace KsmTools.Potential;

/// <summary>
/// Of contents some of whose frames others hold: how many more frames merging frees because one that is kept would stay anyhow. A sample meets frames of both kinds of a content less
/// often than one of them, so each such content stands for as many as are met so once (Horvitz and Thompson 1952); that is exact for pairs.
/// </summary>
internal sealed class HeldGain
{
    private double _less;
    private double _more;
    private double _variance;

    /// <summary>How many, as ksmd scans by processes and addresses.</summary>
    public double Expected { get; private set; }

    /// <summary>How many fewer, were another one kept.</summary>
    public double Less => Math.Min(_less + Chance, Expected);

    /// <summary>How many more.</summary>
    public double More => _more + Chance;

    private double Chance => 2 * Math.Sqrt(_variance);

    /// <summary>Adds one page's part of its content.</summary>
    /// <param name="held">Frames that others hold, as many as were met.</param>
    /// <param name="free">Those that they do not.</param>
    /// <param name="special">What is known of them.</param>
    /// <param name="pages">The pages of the content, which share what it is.</param>
    /// <param name="model">How they were drawn.</param>
    public void Add(int held, int free, ContentFrames special, int pages, SampleModel model)
    {
        double times = 1 / (Met(held, model.Share) * Met(free, model.Share));
        double kept = Math.Max(model.KeptOf(held + free), 1);
        double most = Math.Min(kept, held / model.Share);
        double likely = Math.Clamp((special is { IsSecondHeld: true, Unknown: 0 } ? 1 : 0) + ((kept - 1) * held / (held + free)), 0, most);
        Expected += likely * times / pages;
        _less += likely * times / pages;
        _more += (most - likely) * times / pages;
        _variance += most * most * times * times / pages;
    }

    /// <summary>Adds what hidden frames may be more.</summary>
    public void AddHidden(double frames) => _more += frames;

    // The probability that of so many frames as these stand for at least one is drawn.
    private static double Met(int met, double share) => 1 - Math.Pow(1 - share, met == 1 ? 1 : met / share);
}
