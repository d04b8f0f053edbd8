using KsmTools.Files;

namespace KsmTools.Potential;

/// <summary>
/// Which pages are read: each with the same probability, without regard to its neighbours. A frame that several processes map is read in all of them or in none, so that it
/// is as likely to be met as any other.
/// </summary>
internal readonly struct PageSample(double share, ulong seed)
{
    private readonly ulong _limit = share >= 1 ? ulong.MaxValue : (ulong)(share * 18446744073709551616.0);

    /// <summary>Whether a page is read.</summary>
    /// <param name="process">The process.</param>
    /// <param name="page">Its address in pages.</param>
    /// <param name="entry">What pagemap says of it.</param>
    public bool Has(int process, ulong page, PagemapEntry entry)
    {
        if (_limit == ulong.MaxValue)
        {
            return true;
        }

        // Where frames are hidden: what fork(2) shared is at the same address in each process.
        ulong number = entry.IsExclusive ? page ^ ((ulong)process << 40) : entry.Frame is { } frame ? (ulong)frame : page;
        return Mixing.Mix(number ^ seed) < _limit;
    }
}
