namespace KsmTools.Potential;

/// <summary>What KSM does with equal pages (mm/ksm.c).</summary>
/// <param name="MaxPageSharing">Mappings that one KSM page takes.</param>
/// <param name="UseZeroPages">Whether zero pages are replaced by the kernel's own.</param>
internal readonly record struct Sharing(int MaxPageSharing, bool UseZeroPages)
{
    /// <summary>The same without a limit.</summary>
    public Sharing Unlimited => this with { MaxPageSharing = int.MaxValue };

    /// <summary>Page frames that merging frees, where all of them are freed with their last mapping.</summary>
    /// <param name="pages">Mappings of equal pages.</param>
    /// <param name="frames">Different page frames that they are of. One alone, which fork(2) has processes share, stays as it is.</param>
    /// <param name="isZero">Whether they are zero pages that <see cref="UseZeroPages"/> is about.</param>
    public double Saved(long pages, long frames, bool isZero) => Saved(pages, frames, default, isZero).Expected;

    /// <summary>Page frames that merging would free without a limit, of a content whose zeros are like any other.</summary>
    /// <param name="pages">Mappings of equal pages.</param>
    /// <param name="frames">Different page frames that they are of.</param>
    /// <param name="special">Those of the frames that have other mappings, or are merged already.</param>
    public double Duplicates(long pages, long frames, ContentFrames special) => Unlimited.OfEqual(pages, frames, special.AsUsed, isZero: false).Expected;

    /// <summary>Page frames that merging frees.</summary>
    /// <param name="pages">Mappings of equal pages.</param>
    /// <param name="frames">Different page frames that they are of.</param>
    /// <param name="special">Those of the frames that have other mappings, or are merged already.</param>
    /// <param name="isZero">Whether they are zero pages that <see cref="UseZeroPages"/> is about.</param>
    /// <remarks>
    /// A frame goes when its last mapping is replaced. What is merged already stays as it is, and takes mappings while it has room; for the others one of their own frames is kept for
    /// every <see cref="MaxPageSharing"/> mappings: the second that ksmd meets, because the first one waits in the unstable tree and is then replaced by the second. Where that is a
    /// frame that stays anyhow, one more goes. Of frames that several processes have, ksmd comes by once for each: what it kept takes all mappings of its own, beyond the limit
    /// (<see cref="StableChains"/>). Zeros of a large folio go with it, and are like any other where a kernel does not do that.
    /// </remarks>
    public SavedFrames Saved(long pages, long frames, ContentFrames special, bool isZero)
    {
        if (special is { Unused: 0, MayBeUnused: false })
        {
            return OfEqual(pages, frames, special, isZero);
        }

        SavedFrames used = OfEqual(pages, frames, special.AsUsed, isZero);
        SavedFrames others = OfEqual(pages - special.UnusedPages, frames - special.Unused, special, isZero);

        // ksmd splits no folio for what nothing is like.
        double expected = frames > 1 || (isZero && UseZeroPages) ? Math.Max(special.Unused + others.Expected, used.Expected) : used.Expected;
        double most = special.MayBeUnused ? frames + (special.UnknownPages / 2.0) : special.Unused + others.Upper;
        return new SavedFrames(expected, Math.Min(used.Lower, expected), Math.Max(Math.Max(used.Upper, most), expected));
    }

    // Where every frame has one mapping, what is kept is one number. Else a frame may have all mappings but one of each other.
    private (long Least, long Most, double Usual) Kept(long pages, long frames, ContentFrames special)
    {
        long room = MaxPageSharing == int.MaxValue && special.Merged > 0 ? pages : special.Room;
        if (room >= pages)
        {
            return (0, 0, 0);
        }

        if (special.Chain is { } chain && MaxPageSharing != int.MaxValue)
        {
            return (chain.LeastKept, chain.MostKept, chain.MostKept);
        }

        long most = Math.Min(StableChains.MostKept(pages - room, MaxPageSharing), frames);
        long least = pages == frames ? most : Math.Clamp(StableChains.MostKept(Math.Max(frames - room, 1), MaxPageSharing), 1, most);
        return (least, most, Math.Clamp(Usual(pages, room, frames), least, most));
    }

    // Each process that shares the frames leaves all but one of max_page_sharing of those that are still there.
    private long Usual(long pages, long room, long frames)
    {
        const double Rounding = 1e-6;
        double times = pages / (double)frames;
        double left = (pages - room) / times;
        double kept = left * (pages == frames ? 1.0 / MaxPageSharing : 1 - Math.Pow(1 - (1.0 / MaxPageSharing), times));
        return (long)Math.Ceiling(kept - Rounding);
    }

    private SavedFrames OfEqual(long pages, long frames, ContentFrames special, bool isZero)
    {
        long held = special.Held + special.Unknown;
        long free = frames - special.Merged - held;
        long loose = free + held;
        (long least, long most, double kept) = (isZero && UseZeroPages) || loose == 0 ? (0, 0, 0) : Kept(pages - special.MergedPages, loose, special);
        double lower = free - Math.Min(most, free);
        double upper = free - least + Math.Min(least, held);
        double likely = free - kept;
        if (special.Chain is { } chain && MaxPageSharing != int.MaxValue)
        {
            likely = chain.Freed;
        }
        else if (held > 0 && kept > 0)
        {
            likely += special.Merged == 0 && special.Unknown == 0 ? (special.IsSecondHeld ? 1 : 0) + ((kept - 1) * held / loose) : kept * held / loose;
        }

        likely = Math.Clamp(likely, lower, upper);
        return special.Unknown == 0
            ? new SavedFrames(likely, lower, upper)

            // Two mappings of theirs may be all that one frame has.
            : new SavedFrames(likely, lower, Math.Max(upper, free + ((special.UnknownPages - 1) / 2)));
    }
}
