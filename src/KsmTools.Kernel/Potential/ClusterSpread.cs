namespace KsmTools.Potential;

/// <summary>
/// How much the clusters that a sample draws add to its chance. A frame is drawn with all of its mappings, while a process is known by the number of its mappings: how many frames these are
/// is an estimate, too. By linearization of that ratio (Taylor series; Horvitz and Thompson's variance of a Poisson sample), less what <see cref="SampleEstimate"/> draws anyhow. Where every
/// frame has one mapping it is nothing.
/// </summary>
/// <param name="counted">What was counted.</param>
/// <param name="shared">The frames that several mappings have.</param>
/// <param name="estimate">What the sample says.</param>
/// <param name="sharing">What KSM does with equal pages.</param>
/// <param name="share">The probability with which a frame was drawn.</param>
internal sealed class ClusterSpread(CountedPages counted, SharedFrames shared, SampleEstimate estimate, Sharing sharing, double share)
{
    private readonly SharedFrame[] _frames = shared.ByNumber();
    private readonly Dictionary<int, Part> _contents = [];
    private readonly Dictionary<int, double> _clusters = ClustersOf(counted, shared);
    private (double Rate, double OfMappings, double OfFrames)[]? _ofFrames;
    private double _variance;
    private long _next;

    /// <summary>The standard deviation for all processes so far.</summary>
    public double OfAll
    {
        get
        {
            double variance = _variance;
            for (int number = 0; number < (_ofFrames?.Length ?? 0); number++)
            {
                (double rate, double ofMappings, double ofFrames) = _ofFrames![number];
                SharedFrame frame = _frames[number];
                if (rate > 0)
                {
                    double part = rate / frame.Seen * SavedPerFrame(frame.Content);
                    variance += Square(part - ofMappings) - Square(part - (ofFrames / frame.Seen));
                }
            }

            return Deviation(variance);
        }
    }

    /// <summary>The standard deviation for the next process.</summary>
    /// <param name="tally">The process.</param>
    /// <param name="saved">Frames of the sample that merging would free.</param>
    /// <param name="frames">Frames that were met.</param>
    public double Next(ProcessTally tally, double saved, double frames)
    {
        if (tally.Read == 0 || frames == 0 || _clusters.Count == 0)
        {
            return 0;
        }

        _ofFrames ??= new (double, double, double)[_frames.Length];
        double rate = tally.Readable(share) / tally.Read;
        double byMapping = saved / tally.Read;
        double byFrame = saved / frames;
        Count(tally, rate, byMapping, byFrame);
        double variance = 0;
        foreach ((int number, Part part) in _contents)
        {
            ContentCount content = counted.Contents[number];
            double each = SavedPerFrame(number);
            double times = content.Frames / (double)content.Pages;
            double here = part.Pages / (double)content.Pages;
            double own = part.Pages - (times * part.Mappings);
            double clusters = here * here * _clusters.GetValueOrDefault(number);
            double change = (each * times) - byMapping;
            variance += (each * each * clusters) + (2 * each * here * change * own) + (change * change * part.Pages);
            variance -= Square(each - byFrame) * (clusters + (2 * here * times * own) + (times * times * part.Pages));
        }

        _contents.Clear();
        return rate * Deviation(variance);
    }

    private double SavedPerFrame(int number)
    {
        ContentCount content = counted.Contents[number];
        ContentFrames special = counted.Special.GetValueOrDefault(number);
        return number == PotentialReader.ZeroContent && sharing.UseZeroPages
            ? sharing.Saved(content.Pages, content.Frames, special, isZero: true).Expected / content.Frames
            : estimate.SavedPerFrame(content, special);
    }

    private void Count(ProcessTally tally, double rate, double byMapping, double byFrame)
    {
        for (long page = tally.First; page < tally.End; page++)
        {
            int number = counted.Pages[page].Content;
            Part part = _contents.GetValueOrDefault(number);
            if (counted.Pages.IsShared(page))
            {
                int frame = shared.Order[_next++];
                _ofFrames![frame].Rate += rate;
                _ofFrames[frame].OfMappings += rate * byMapping;
                _ofFrames[frame].OfFrames += rate * byFrame;
                _contents[number] = new Part(part.Pages + 1, part.Mappings + _frames[frame].Seen);
            }
            else
            {
                double each = SavedPerFrame(number);
                _variance += Square(rate) * (Square(each - byMapping) - Square(each - byFrame));
                _contents[number] = new Part(part.Pages + 1, part.Mappings + 1);
            }
        }
    }

    private double Deviation(double variance) => Math.Sqrt(Math.Max((1 - share) * variance, 0));

    private static double Square(double number) => number * number;

    // Of each content, how far its frames are from having equally many mappings; empty where each has one.
    private static Dictionary<int, double> ClustersOf(CountedPages counted, SharedFrames shared)
    {
        var clusters = new Dictionary<int, double>();
        if (!shared.HasFamilies)
        {
            return clusters;
        }

        double[] ofContents = new double[counted.Contents.Count];
        int[] alone = new int[counted.Contents.Count];
        for (int number = 0; number < alone.Length; number++)
        {
            alone[number] = counted.Contents[number].Frames;
        }

        foreach (SharedFrame frame in shared.ByNumber().Where(frame => frame.Seen > 0))
        {
            ContentCount content = counted.Contents[frame.Content];
            ofContents[frame.Content] += Square(1 - (frame.Seen * content.Frames / (double)content.Pages));
            alone[frame.Content]--;
        }

        for (int number = 0; number < alone.Length; number++)
        {
            ContentCount content = counted.Contents[number];
            double spread = ofContents[number] + (content.Pages > 0 ? alone[number] * Square(1 - (content.Frames / (double)content.Pages)) : 0);
            if (spread > 0)
            {
                clusters[number] = spread;
            }
        }

        // Contents of one frame each have no spread of their own, and still differ from each other.
        return clusters.Count > 0 ? clusters : new Dictionary<int, double> { [PotentialReader.ZeroContent] = 0 };
    }

    private readonly record struct Part(int Pages, long Mappings);
}
