namespace KsmTools.Memory.Compaction;

/// <summary>Which of the frames at hand are given back, and when, so that compaction moves what is mapped in between.</summary>
internal sealed class FragmentPlan
{
    /// <summary>
    /// As many frames are given back in a row. Compaction takes no whole free pageblock as a target (<c>suitable_migration_target</c>, mm/compaction.c), and ends where a large folio that
    /// it meets on its way finds no free run of its size (<c>compaction_alloc</c>): half a block of 2 MiB is the longest run that leaves the block one that is in use.
    /// </summary>
    public const int Run = 256;

    // Somebody else takes some of the lowest frames.
    private const int Spare = 4;

    // So many frames to move to for each page: what others have between the pages moves, too.
    private const int PlacesPerPage = 4;

    private FragmentPlan(int[] low, int[] rest)
    {
        Low = low;
        Rest = rest;
    }

    /// <summary>The lowest, to be given back at once, the lowest last: what is mapped next is where these are.</summary>
    public IReadOnlyList<int> Low { get; }

    /// <summary>To be given back before compaction: halves of the highest blocks, where pages can go, and all that is below those. What is above them stays taken, so that nothing smaller is found first.</summary>
    public IReadOnlyList<int> Rest { get; }

    /// <summary>Makes a plan.</summary>
    /// <param name="frames">The frame of each page at hand; null where it is not known.</param>
    /// <param name="zones">The zones.</param>
    /// <param name="pages">How many pages are to be low.</param>
    /// <returns>Places in <paramref name="frames"/>; null where no frame is known.</returns>
    public static FragmentPlan? Make(IReadOnlyList<long?> frames, IReadOnlyList<MemoryZone> zones, int pages)
    {
        int known = frames.Count(frame => frame is not null);
        if (known == 0)
        {
            return null;
        }

        var low = new List<int>();
        var rest = new List<int>();
        (long Frame, int Place)[] sorted = [.. frames.Select((frame, place) => (Frame: frame ?? -1, Place: place)).Where(item => item.Frame >= 0).Order()];
        foreach (MemoryZone zone in zones)
        {
            (long Frame, int Place)[] own = [.. sorted.Where(item => item.Frame >= zone.First && item.Frame < zone.End)];

            // Each zone gives its share: the kernel takes from whichever it likes.
            long wanted = pages + (pages / Spare) + 1;
            int lowest = (int)Math.Min(own.Length / 2, wanted * own.Length / known);
            low.AddRange(own[..lowest].Reverse().Select(item => item.Place));
            rest.AddRange(Places(own[lowest..], PlacesPerPage * wanted));
        }

        return new FragmentPlan([.. low], [.. rest]);
    }

    private static IEnumerable<int> Places((long Frame, int Place)[] own, long wanted)
    {
        HashSet<long> runs = [];
        foreach (IGrouping<long, (long Frame, int Place)> block in own.GroupBy(item => item.Frame / (2 * Run)).Reverse())
        {
            // One half whole, and something in the other that stays taken.
            int[] halves = [block.Count(item => item.Frame / Run % 2 == 0), block.Count(item => item.Frame / Run % 2 == 1)];
            int half = halves[1] == Run ? 1 : 0;
            if (halves[half] == Run && halves[1 - half] > 0)
            {
                _ = runs.Add((block.Key * 2) + half);
                if ((long)runs.Count * Run >= wanted)
                {
                    break;
                }
            }
        }

        long first = runs.Count == 0 ? long.MaxValue : runs.Min() * Run / (2 * Run) * (2 * Run);
        return own.Where(item => item.Frame < first || runs.Contains(item.Frame / Run)).Select(item => item.Place);
    }
}
