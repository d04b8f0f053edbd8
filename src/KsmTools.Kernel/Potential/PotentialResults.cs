using KsmTools.Ksm;

namespace KsmTools.Potential;

/// <summary>Makes results of what was counted.</summary>
internal sealed class PotentialResults(PotentialReader reader, Sharing sharing, double sample, EnableAdvice? advice)
{
    private readonly int _pageSize = Environment.SystemPageSize;
    private readonly CountedPages _counted = new(reader.Contents, reader.Pages, reader.SpecialFrames(sharing.MaxPageSharing));

    /// <summary>One result for each process, and where there are several one for all.</summary>
    public IReadOnlyList<KsmPotential> Make(IReadOnlyList<ProcessTally> tallies, CancellationToken cancellationToken)
    {
        SampleModel? model = sample < 1 ? new SampleModel(sample, sharing) : null;
        SampleEstimate? estimate = model is null ? null : new SampleEstimate(model, _counted, sharing.UseZeroPages, cancellationToken);
        var results = new List<KsmPotential>();
        double saved = 0;
        double duplicate = 0;
        foreach (ProcessTally tally in tallies)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var shares = ProcessShares.Of(tally, _counted, sharing, model);
            double frames = Frames(tally, shares);
            double savedHere = estimate?.Saved(shares, frames) ?? shares.Saved;
            double duplicateHere = estimate?.Duplicate(shares, frames) ?? shares.Duplicate;
            (double Lower, double Upper)? here = estimate?.Interval(shares, frames) ?? Bounds(shares);

            results.Add(Result(tally, (long)Math.Round(savedHere), (long)Math.Round(duplicateHere), here));
            saved += savedHere;
            duplicate += duplicateHere;
        }

        if (results.Count > 1)
        {
            results.Add(Sum(results, (long)Math.Round(saved), (long)Math.Round(duplicate)));
        }

        return results;
    }

    // Rounding makes no difference of what is the same.
    private static (double Lower, double Upper)? Bounds(ProcessShares shares) =>
        shares.Less + shares.More < 0.5 ? null : (shares.Saved - shares.Less, shares.Saved + shares.More);

    // Page frames that the process's sample stands for: frames met, by the part of its readable pages that was drawn.
    private double Frames(ProcessTally tally, ProcessShares shares) => (shares.Known + shares.Rare.Sum() + shares.Staying) * tally.Readable(sample) / Math.Max(tally.Read, 1);

    private KsmPotential Result(ProcessTally tally, long saved, long duplicates, (double Lower, double Upper)? interval)
    {
        long zero = (long)Math.Round(tally.Zero * tally.Readable(sample) / Math.Max(tally.Read, 1));
        long items = Math.Max(tally.Eligible - (sharing.UseZeroPages ? zero : 0) - (tally.Ksm?.RmapItems ?? 0), 0);
        long metadata = items * KsmFiles.RmapItemSize;
        bool pays = saved * _pageSize > metadata;
        return new KsmPotential
        {
            Scope = KsmPotentialScope.Process,
            Id = tally.Id,
            Name = tally.Name,
            EligiblePages = tally.Eligible,
            PagesRead = tally.Read,
            PagesUnreadable = tally.Unreadable,
            Sample = sample,
            DuplicatePages = duplicates,
            ZeroPages = zero,
            SavedPages = saved,
            LowerSavedBytes = interval is { } low ? (long)(low.Lower * _pageSize) - metadata : null,
            UpperSavedBytes = interval is { } high ? (long)(high.Upper * _pageSize) - metadata : null,
            MetadataBytes = metadata,
            MergeablePages = tally.Mergeable,
            AlreadyMergedPages = tally.Ksm?.MergingPages + (tally.Ksm?.ZeroPages ?? 0),
            MaxPageSharing = sharing.MaxPageSharing,
            UseZeroPages = sharing.UseZeroPages,
            FramesHidden = reader.FramesHidden,
            PageSize = _pageSize,
            EnableCommand = pays ? advice?.For(tally.Id, tally.Mergeable == tally.Eligible) : null,
        };
    }

    private KsmPotential Sum(List<KsmPotential> results, long saved, long duplicates)
    {
        long Of(Func<KsmPotential, long> count) => results.Sum(count);
        bool isBounded = results.Any(result => result.LowerSavedBytes is not null);
        return new KsmPotential
        {
            Scope = KsmPotentialScope.All,
            EligiblePages = Of(result => result.EligiblePages),
            PagesRead = Of(result => result.PagesRead),
            PagesUnreadable = Of(result => result.PagesUnreadable),
            Sample = sample,
            DuplicatePages = duplicates,
            ZeroPages = Of(result => result.ZeroPages),
            SavedPages = saved,
            LowerSavedBytes = isBounded ? Of(result => result.LowerSavedBytes ?? result.ExpectedSavedBytes) : null,
            UpperSavedBytes = isBounded ? Of(result => result.UpperSavedBytes ?? result.ExpectedSavedBytes) : null,
            MetadataBytes = Of(result => result.MetadataBytes),
            MergeablePages = Of(result => result.MergeablePages),
            AlreadyMergedPages = results.Any(result => result.AlreadyMergedPages is not null) ? Of(result => result.AlreadyMergedPages ?? 0) : null,
            MaxPageSharing = sharing.MaxPageSharing,
            UseZeroPages = sharing.UseZeroPages,
            FramesHidden = reader.FramesHidden,
            PageSize = _pageSize,
        };
    }
}
