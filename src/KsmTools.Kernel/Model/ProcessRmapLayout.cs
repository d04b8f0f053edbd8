using KsmTools.Errors;
using KsmTools.Files;
using KsmTools.Interop;
using KsmTools.Ksm;
using KsmTools.Memory;

namespace KsmTools.Model;

/// <summary>What a process's mappings and KSM pages mean for a walk of the page that costs most.</summary>
internal sealed record ProcessRmapLayout
{
    /// <summary>The page's first address in the process; null where frames are hidden.</summary>
    public long? Address { get; private init; }

    /// <summary>Its frame; null where frames are hidden.</summary>
    public long? PageFrame { get; private init; }

    /// <summary>How often the process maps it.</summary>
    public long Sharing { get; private init; }

    /// <summary>Mappings that a walk on a kernel without bounds looks at for the process's own places, at most.</summary>
    public long OwnVmasVisited { get; private init; }

    /// <summary>What a walk of the whole page looks at; null where frames are hidden.</summary>
    public WalkBounds? Bounds { get; private init; }

    /// <summary>How often other processes map the page; null where that cannot be read.</summary>
    public long? SharingElsewhere { get; private init; }

    /// <summary>Mappings that the largest anon_vma among its places has at most.</summary>
    public int VmaCount { get; private init; }

    /// <summary>The family that costs the walk most; null for a process without memory.</summary>
    public RmapVmaFamily? WorstFamily { get; private init; }

    /// <summary>KSM pages of the process; null where frames are hidden.</summary>
    public long? KsmPageCount { get; private init; }

    /// <summary>Mappings that walks of these look at on average for the process's own places, at most; null where frames are hidden.</summary>
    public double? MeanVmasVisited { get; private init; }

    /// <summary>Places of the process that these have on average.</summary>
    public double MeanSharing { get; private init; }

    /// <summary>Whether frames are hidden, and the figures a bound.</summary>
    public bool IsUpperBound { get; private init; }

    /// <summary>Looks at a process.</summary>
    /// <param name="kernel">The kernel's files.</param>
    /// <param name="id">The process.</param>
    /// <param name="maxPageSharing">The kernel's <c>max_page_sharing</c>, if it is known.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="KsmToolsException"><see cref="ErrorReason.ProcessNotFound"/>; <see cref="ErrorReason.AccessDenied"/>; or what else the kernel said.</exception>
    public static ProcessRmapLayout Read(KernelTree kernel, int id, int? maxPageSharing, CancellationToken cancellationToken)
    {
        IReadOnlyList<ProcessVma> vmas = ProcessVmas.Read(kernel, id, cancellationToken);
        var families = new VmaFamilies(vmas, PageSize.Of(kernel));
        var relatives = new ProcessRelatives(kernel, cancellationToken);
        families.AddCopies(relatives.Of(id));

        // Without frames the kernel's sums are all there is; a captured tree may lack pagemap, which is large.
        List<Place>? places = Places(kernel, id, vmas, families, cancellationToken);
        if (places is null)
        {
            return Bound(kernel, id, families, relatives.OriginOf(id).MayBeCopy ? null : maxPageSharing);
        }

        if (places.Count == 0)
        {
            RmapVmaFamily? largest = Largest(families);
            return new ProcessRmapLayout { WorstFamily = largest, VmaCount = largest?.MaximumVmaCount ?? 0, KsmPageCount = 0, Bounds = new WalkBounds(0, 0, 0, 0) };
        }

        ProcessRmapLayout layout = Worst(places, families, out List<long> addresses);
        long? elsewhere = layout.CountElsewhere(kernel);
        long? items = TryReadMergingPages(kernel, id);
        long stale = Math.Max(0, (items ?? 0) - places.Count);
        if (!relatives.OriginOf(id).MayBeCopy && maxPageSharing is { } most)
        {
            // Only places that fork made go beyond it.
            stale = Math.Clamp(most - layout.Sharing, 0, stale);
        }

        WalkBounds bounds = new WalkBoundsReader(kernel, relatives, cancellationToken).Read(id, families, layout.PageFrame!.Value, addresses, stale, items, elsewhere);
        return layout with { SharingElsewhere = elsewhere, Bounds = bounds };
    }

    // /proc/kpagecount.
    private long? CountElsewhere(KernelTree kernel)
    {
        using var counts = new FrameFile(kernel, ProcessPages.CountFile);
        return counts.Read(PageFrame) is { } mappings ? Math.Max(0, mappings - Sharing) : null;
    }

    private static List<Place>? Places(KernelTree kernel, int id, IReadOnlyList<ProcessVma> vmas, VmaFamilies families, CancellationToken cancellationToken)
    {
        var places = new List<Place>();
        IReadOnlyList<(long Start, long End)> ranges = MergedRanges.Of(vmas);
        if (ranges.Count > 0 && !kernel.IsLive && !kernel.Exists(Text.Format("/proc/{0}/pagemap", id)))
        {
            return null;
        }

        foreach ((long address, long? frame) in new ProcessPages(kernel).ReadMerged(id, ranges, cancellationToken))
        {
            if (frame is not { } known)
            {
                return null;
            }

            if (families.IndexOf(address) is >= 0 and var family)
            {
                places.Add(new Place(known, family, address));
            }
        }

        return places;
    }

    private static ProcessRmapLayout Worst(List<Place> places, VmaFamilies families, out List<long> addresses)
    {
        places.Sort();
        long pages = 0;
        long visitsOfAll = 0;
        (int First, int Count, long Visits) worst = default;
        for (int first = 0, next; first < places.Count; first = next)
        {
            long visits = 0;
            for (next = first; next < places.Count && places[next].Frame == places[first].Frame; next++)
            {
                visits += families.All[places[next].Family].MaximumVmaCount;
            }

            pages++;
            visitsOfAll += visits;
            worst = visits > worst.Visits ? (first, next - first, visits) : worst;
        }

        List<Place> walked = places.GetRange(worst.First, worst.Count);
        addresses = walked.ConvertAll(place => place.Address);
        int costliest = walked.CountBy(place => place.Family).MaxBy(family => (long)family.Value * families.All[family.Key].MaximumVmaCount).Key;
        return new ProcessRmapLayout
        {
            Address = walked.Min(place => place.Address),
            PageFrame = walked[0].Frame,
            Sharing = worst.Count,
            OwnVmasVisited = worst.Visits,
            VmaCount = walked.Max(place => families.All[place.Family].MaximumVmaCount),
            WorstFamily = families.All[costliest],
            KsmPageCount = pages,
            MeanVmasVisited = (double)visitsOfAll / pages,
            MeanSharing = (double)places.Count / pages,
        };
    }

    // A KSM page has no more places than the family has merged pages, and no more than max_page_sharing allows where fork copied none.
    private static ProcessRmapLayout Bound(KernelTree kernel, int id, VmaFamilies families, int? maxPageSharing)
    {
        long? ofProcess = TryReadMergingPages(kernel, id);
        long SharingOf(RmapVmaFamily family) =>
            Math.Min(family.MergedPages ?? (family.MergeableVmaCount > 0 ? ofProcess ?? long.MaxValue : 0), maxPageSharing ?? long.MaxValue) is var sharing and < long.MaxValue ? sharing : 0;
        RmapVmaFamily? worst = families.All.MaxBy(family => SharingOf(family) * family.MaximumVmaCount);
        long sharing = worst is null ? 0 : SharingOf(worst);
        return new ProcessRmapLayout
        {
            Sharing = sharing,
            OwnVmasVisited = sharing * (worst?.MaximumVmaCount ?? 0),
            VmaCount = worst?.MaximumVmaCount ?? 0,
            WorstFamily = worst,
            MeanSharing = sharing,
            IsUpperBound = true,
        };
    }

    private static long? TryReadMergingPages(KernelTree kernel, int id) =>
        new KsmProcessReader(kernel).TryRead(id, out KsmProcess? process) == Errno.None ? process!.MergingPages : null;

    // Nothing is merged yet: where merging would cost most.
    private static RmapVmaFamily? Largest(VmaFamilies families) => families.All.OrderByDescending(family => family.MergeableVmaCount).ThenByDescending(family => family.MaximumVmaCount).FirstOrDefault();

    private readonly record struct Place(long Frame, int Family, long Address) : IComparable<Place>
    {
        public int CompareTo(Place other) => Frame.CompareTo(other.Frame);
    }
}
