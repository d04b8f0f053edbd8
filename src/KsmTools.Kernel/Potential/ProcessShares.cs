using System.Runtime.CompilerServices;

namespace KsmTools.Potential;

/// <summary>A process's part in what merging frees, in pages: of each content, as much as it has of the mappings.</summary>
internal sealed class ProcessShares
{
    /// <summary>What is known without a model: everything, or the contents that a sample met often.</summary>
    public double Saved { get; set; }

    /// <summary>How much less it may be, by what nobody can know: which of equal frames ksmd keeps, and whose hidden frames are.</summary>
    public double Less { get; set; }

    /// <summary>How much more.</summary>
    public double More { get; set; }

    /// <summary>Duplicates, likewise known.</summary>
    public double Duplicate { get; set; }

    /// <summary>Page frames behind <see cref="Saved"/>.</summary>
    public double Known { get; set; }

    /// <summary>Page frames of a sample that merging may free, by how many such frames of their content it met, up to <see cref="SampleModel.Rare"/>.</summary>
    public double[] Rare { get; } = new double[SampleModel.Rare + 1];

    /// <summary>Page frames that stay: others hold them, or they are merged already.</summary>
    public double Staying { get; set; }

    /// <summary>What goes besides because a frame is kept that stays anyhow, of all pages and not of the sample's.</summary>
    public HeldGain Gain { get; } = new();

    /// <summary>Adds up the pages of a process.</summary>
    /// <param name="tally">The process.</param>
    /// <param name="counted">What was counted.</param>
    /// <param name="sharing">What KSM does with equal pages.</param>
    /// <param name="model">For a sample; null where everything was read.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static ProcessShares Of(ProcessTally tally, CountedPages counted, Sharing sharing, SampleModel? model)
    {
        var shares = new ProcessShares();
        for (long index = tally.First; index < tally.End; index++)
        {
            int number = counted.Pages[index].Content;
            ContentCount content = counted.Contents[number];
            if (model is null && content.Pages == 1 && number != PotentialReader.ZeroContent && !counted.Special.ContainsKey(number))
            {
                // Most pages of most processes: nothing else is like it.
                shares.Known++;
                continue;
            }

            ContentFrames special = counted.Special.GetValueOrDefault(number);
            bool isZero = number == PotentialReader.ZeroContent;
            if (model is null || (isZero && sharing.UseZeroPages))
            {
                shares.Add(content, sharing.Saved(content.Pages, content.Frames, special, isZero), sharing.Duplicates(content.Pages, content.Frames, special));
            }
            else
            {
                shares.Add(content, special, model);
            }
        }

        return shares;
    }

    private void Add(ContentCount content, SavedFrames saved, double duplicates)
    {
        double pages = content.Pages;
        Known += content.Frames / pages;
        Saved += saved.Expected / pages;
        Less += (saved.Expected - saved.Lower) / pages;
        More += (saved.Upper - saved.Expected) / pages;
        Duplicate += duplicates / pages;
    }

    private void Add(ContentCount content, ContentFrames special, SampleModel model)
    {
        double pages = content.Pages;
        int held = special.Held + special.Unknown;
        int free = content.Frames - held - special.Merged - special.Unused;
        Staying += (held + special.Merged) / pages;
        Known += special.Unused / pages;
        Saved += special.Unused / pages;
        Duplicate += special.Unused / pages;
        Gain.AddHidden(Math.Max(special.UnknownPages - 1, 0) / 2.0 / pages / model.Share);
        if (free == 0)
        {
            return;
        }

        if (special.Merged == 0 && free <= SampleModel.Rare)
        {
            Rare[free] += free / pages;
        }
        else
        {
            (double saved, double duplicate) = special.Merged > 0 ? (1, 1) : model.OfAbundant(free, pages / content.Frames);
            Known += free / pages;
            Saved += free / pages * saved;
            Duplicate += free / pages * duplicate;
        }

        if (special.Merged == 0 && held > 0)
        {
            Gain.Add(held, free, special, content.Pages, model);
        }
    }
}
