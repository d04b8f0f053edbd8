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

    /// <summary>Page frames that merging frees.</summary>
    /// <param name="pages">Mappings of equal pages.</param>
    /// <param name="frames">Different page frames that they are of.</param>
    /// <param name="special">Those of the frames that have other mappings, or are merged already.</param>
    /// <param name="isZero">Whether they are zero pages that <see cref="UseZeroPages"/> is about.</param>
    /// <remarks>
    /// A frame goes when its last mapping is replaced. What is merged already stays as it is, and takes mappings while it has room; for the others one of their own frames is kept for
    /// every <see cref="MaxPageSharing"/> mappings: the second that ksmd meets, because the first one waits in the unstable tree and is then replaced by the second. Where that is a
    /// frame that stays anyhow, one more goes. Of frames that several processes have, ksmd comes by once for each: what it kept takes all mappings of its own, beyond the limit, and of
    /// the others one is kept again for every <see cref="MaxPageSharing"/>.
    /// </remarks>
    public SavedFrames Saved(long pages, long frames, ContentFrames special, bool isZero)
    {
        long held = special.Held + special.Unknown;
        long free = frames - special.Merged - held;
        long loose = free + held;
        long kept = (isZero && UseZeroPages) || loose == 0 ? 0 : Kept(pages - special.MergedPages, Room(pages, special), loose);
        double least = free - Math.Min(kept, free);
        double most = free - kept + Math.Min(kept, held);
        double likely = most;
        if (held > 0 && kept > 0)
        {
            double keptHeld = special.Merged == 0 && special.Unknown == 0 ? (special.IsSecondHeld ? 1 : 0) + ((kept - 1) * held / (double)loose) : kept * held / (double)loose;
            likely = Math.Clamp(free - kept + keptHeld, least, most);
        }

        return special.Unknown == 0
            ? new SavedFrames(likely, least, most)

            // Two mappings of theirs may be all that one frame has.
            : new SavedFrames(likely, least, Math.Max(most, free + ((special.UnknownPages - 1) / 2)));
    }

    private long Room(long pages, ContentFrames special) => MaxPageSharing == int.MaxValue && special.Merged > 0 ? pages : special.Room;

    private long Kept(long pages, long room, long frames)
    {
        const double Rounding = 1e-6;
        if (room >= pages)
        {
            return 0;
        }

        double times = pages / (double)frames;
        double left = (pages - room) / times;
        double kept = left * (pages == frames ? 1.0 / MaxPageSharing : 1 - Math.Pow(1 - (1.0 / MaxPageSharing), times));
        return Math.Clamp((long)Math.Ceiling(kept - Rounding), 1, frames);
    }
}
