namespace KsmTools.Potential;

/// <summary>Makes results of what was counted.</summary>
internal sealed class PotentialResults(PotentialReader reader, Sharing sharing, double sample, int itemSize, EnableAdvice? advice)
{
    private readonly int _pageSize = Environment.SystemPageSize;
    private readonly CountedPages _counted = Counted(reader, sharing, sample);

    /// <summary>One result for each process, and where there are several one for all.</summary>
    public IReadOnlyList<KsmPotential> Make(IReadOnlyList<ProcessTally> tallies, CancellationToken cancellationToken)
    {
        SampledPotential? sampled = sample < 1 ? new SampledPotential(_counted, reader.Frames, sharing, sample, cancellationToken) : null;
        var parts = new List<PotentialPart>();
        foreach (ProcessTally tally in tallies)
        {
            cancellationToken.ThrowIfCancellationRequested();
            parts.Add(sampled?.Of(tally) ?? PotentialPart.Of(ProcessShares.Of(tally, _counted, sharing, null)));
        }

        // The processes add up to all of them.
        long[] saved = Apportionment.Round([.. parts.Select(part => part.Saved)]);
        long[] duplicates = Apportionment.Round([.. parts.Select(part => part.Duplicate)]);
        var results = new List<KsmPotential>();
        for (int index = 0; index < parts.Count; index++)
        {
            results.Add(Result(tallies[index], saved[index], duplicates[index], parts[index].Bounds(sampled?.Estimate)));
        }

        if (results.Count > 1)
        {
            var all = PotentialPart.Sum(parts, sampled?.DeviationOfAll ?? 0);
            results.Add(Sum(results, tallies.Sum(Fewer), all.Bounds(sampled?.Estimate)));
        }

        return results;
    }

    private static CountedPages Counted(PotentialReader reader, Sharing sharing, double sample)
    {
        Dictionary<int, ContentFrames> special = reader.SpecialFrames(sharing.MaxPageSharing);
        if (sample >= 1)
        {
            StableChains.Add(reader.Contents, reader.Pages, reader.Frames, special, sharing.MaxPageSharing);
        }

        return new CountedPages(reader.Contents, reader.Pages, special);
    }

    private long AllOf(long read, ProcessTally tally) => (long)Math.Round(read * tally.Readable(sample) / Math.Max(tally.Read, 1));

    private long Items(ProcessTally tally, long without) => Math.Max(tally.Eligible - AllOf(without, tally) - (tally.Ksm?.RmapItems ?? 0), 0);

    // What the least is less for items that zeros of large folios have where they stay.
    private long Fewer(ProcessTally tally) => (Items(tally, tally.WithoutItem - tally.Unused) - Items(tally, tally.WithoutItem)) * itemSize;

    private KsmPotential Result(ProcessTally tally, long saved, long duplicates, (long Lower, long Upper)? interval)
    {
        long metadata = Items(tally, tally.WithoutItem) * itemSize;
        bool pays = saved * _pageSize > metadata;
        return new KsmPotential
        {
            Scope = KsmPotentialScope.Process,
            Id = tally.Id,
            Name = tally.Name,
            MemoryOf = tally.MemoryOf,
            EligiblePages = tally.Eligible,
            PagesRead = tally.Read,
            PagesUnreadable = tally.Unreadable,
            Sample = sample,
            DuplicatePages = duplicates,
            ZeroPages = AllOf(tally.Zero, tally),
            SavedPages = saved,
            LowerSavedBytes = (interval?.Lower * _pageSize) - metadata - Fewer(tally),
            UpperSavedBytes = (interval?.Upper * _pageSize) - metadata,
            MetadataBytes = metadata,
            MergeablePages = tally.Mergeable,
            AlreadyMergedPages = tally.MemoryOf is null ? tally.Ksm?.MergingPages + (tally.Ksm?.ZeroPages ?? 0) : 0,
            MaxPageSharing = sharing.MaxPageSharing,
            UseZeroPages = sharing.UseZeroPages,
            FramesHidden = reader.FramesHidden,
            PageSize = _pageSize,
            EnableCommand = pays ? advice?.For(tally.Id, tally.Mergeable == tally.Eligible) : null,
        };
    }

    private KsmPotential Sum(List<KsmPotential> results, long fewer, (long Lower, long Upper)? interval)
    {
        long Of(Func<KsmPotential, long> count) => results.Sum(count);
        long metadata = Of(result => result.MetadataBytes);
        return new KsmPotential
        {
            Scope = KsmPotentialScope.All,
            EligiblePages = Of(result => result.EligiblePages),
            PagesRead = Of(result => result.PagesRead),
            PagesUnreadable = Of(result => result.PagesUnreadable),
            Sample = sample,
            DuplicatePages = Of(result => result.DuplicatePages),
            ZeroPages = Of(result => result.ZeroPages),
            SavedPages = Of(result => result.SavedPages),
            LowerSavedBytes = (interval?.Lower * _pageSize) - metadata - fewer,
            UpperSavedBytes = (interval?.Upper * _pageSize) - metadata,
            MetadataBytes = metadata,
            MergeablePages = Of(result => result.MergeablePages),
            AlreadyMergedPages = results.Any(result => result.AlreadyMergedPages is not null) ? Of(result => result.AlreadyMergedPages ?? 0) : null,
            MaxPageSharing = sharing.MaxPageSharing,
            UseZeroPages = sharing.UseZeroPages,
            FramesHidden = reader.FramesHidden,
            PageSize = _pageSize,
        };
    }
}
