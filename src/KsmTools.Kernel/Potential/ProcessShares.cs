namespace KsmTools.Potential;

/// <summary>A process's part in what merging frees, in pages: of each content, as much as it has of the mappings.</summary>
internal sealed class ProcessShares
{
    /// <summary>What is known without a model: everything, or the contents that a sample met often.</summary>
    public double Saved { get; set; }

    /// <summary>Duplicates, likewise.</summary>
    public double Duplicate { get; set; }

    /// <summary>Page frames behind <see cref="Saved"/>.</summary>
    public double Known { get; set; }

    /// <summary>Page frames by how often the sample met their content, up to <see cref="SampleModel.Rare"/>.</summary>
    public double[] Rare { get; } = new double[SampleModel.Rare + 1];

    /// <summary>Adds up the pages of a process.</summary>
    /// <param name="tally">The process.</param>
    /// <param name="reader">The pages.</param>
    /// <param name="sharing">What KSM does with equal pages.</param>
    /// <param name="model">For a sample; null where everything was read.</param>
    public static ProcessShares Of(ProcessTally tally, PotentialReader reader, Sharing sharing, SampleModel? model)
    {
        var shares = new ProcessShares();
        for (long index = tally.First; index < tally.End; index++)
        {
            int number = reader.Pages[index].Content;
            ContentCount content = reader.Contents[number];
            bool isZero = number == PotentialReader.ZeroContent;
            if (model is null || (isZero && sharing.UseZeroPages))
            {
                shares.Known += content.Frames / (double)content.Pages;
                shares.Saved += sharing.Saved(content.Pages, content.Frames, isZero) / (double)content.Pages;
                shares.Duplicate += Math.Max(content.Frames - 1, 0) / (double)content.Pages;
                continue;
            }

            double frame = content.Frames / (double)content.Pages;
            if (content.Frames <= SampleModel.Rare)
            {
                shares.Rare[content.Frames] += frame;
                continue;
            }

            (double saved, double duplicate) = model.OfAbundant(content.Frames);
            shares.Known += frame;
            shares.Saved += frame * saved;
            shares.Duplicate += frame * duplicate;
        }

        return shares;
    }
}
