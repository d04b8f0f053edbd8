namespace KsmTools.Potential;

/// <summary>What KSM does with equal pages (mm/ksm.c).</summary>
/// <param name="MaxPageSharing">Mappings that one KSM page takes.</param>
/// <param name="UseZeroPages">Whether zero pages are replaced by the kernel's own.</param>
internal readonly record struct Sharing(int MaxPageSharing, bool UseZeroPages)
{
    /// <summary>Page frames that merging frees.</summary>
    /// <param name="pages">Mappings of equal pages.</param>
    /// <param name="frames">Different page frames that they are of. One alone, which fork(2) or KSM has them share, stays as it is.</param>
    /// <param name="isZero">Whether they are zero pages that <see cref="UseZeroPages"/> is about.</param>
    public long Saved(long pages, long frames, bool isZero)
    {
        if (isZero && UseZeroPages)
        {
            return frames;
        }

        long kept = (pages + MaxPageSharing - 1) / MaxPageSharing;
        return frames < 2 ? 0 : Math.Max(frames - kept, 0);
    }
}
