namespace KsmTools.Model;

/// <summary>What one way to walk a KSM page costs, and whether it finds everything.</summary>
public sealed class RmapStrategyCost
{
    /// <summary>Which mappings are looked at.</summary>
    public RmapStrategy Strategy { get; init; }

    /// <summary>Whether this kernel walks so today, by its BTF; null for a made layout, and where the kernel does not tell.</summary>
    public bool? IsToday { get; init; }

    /// <summary>
    /// Mappings (VMAs) that are looked at when the items of the page are gone over once. The kernel goes over them once to unmap a page
    /// (<c>try_to_migrate</c>), and twice to map its copy (<c>remove_migration_ptes</c>) or where fork has made mappings that no item is for.
    /// Of a process, the most that it can be, because the kernel does not tell which mappings share an anon_vma: <see cref="MaximumVmasVisited"/> for
    /// <see cref="RmapStrategy.FullRange"/>, and for <see cref="RmapStrategy.StoredPgoff"/> the most as long as mremap(2) has not moved memory onto an index that other
    /// memory has. Where <see cref="MaximumVmasVisited"/> is null, it is of the process's own places alone.
    /// </summary>
    public long VmasVisited { get; init; }

    /// <summary>
    /// The fewest mappings that one pass looks at: for each place that surely has an item its own mapping. Of a process that may be a fork's copy (it has executed no
    /// program since), nothing shows whether its places have items, and none counts.
    /// </summary>
    public long MinimumVmasVisited { get; init; }

    /// <summary>The most mappings that one pass looks at, in all processes and whatever they did before; null where a process that has a part in it cannot be seen.</summary>
    public long? MaximumVmasVisited { get; init; }

    /// <summary>Page-table entries that map the page and were found. Of a process, those that it has itself.</summary>
    public long MappingsFound { get; init; }

    /// <summary>Page-table entries that map the page and were not found; null for a process, whose linear indices the kernel does not tell.</summary>
    public long? MappingsMissed { get; init; }

    /// <summary>The time of such a walk in nanoseconds; null without a calibration.</summary>
    public long? EstimatedNanoseconds { get; init; }

    /// <summary>The time of such a walk; null without a calibration.</summary>
    public TimeSpan? EstimatedDuration => DurationOf(EstimatedNanoseconds);

    /// <summary>The time of such a walk in microseconds; null without a calibration.</summary>
    public double? EstimatedMicroseconds => EstimatedNanoseconds / 1000.0;

    /// <summary>The shortest time of such a walk in nanoseconds; null without a calibration that says of how many mappings it is.</summary>
    public long? MinimumEstimatedNanoseconds { get; init; }

    /// <summary>The shortest time of such a walk; null as <see cref="MinimumEstimatedNanoseconds"/>.</summary>
    public TimeSpan? MinimumEstimatedDuration => DurationOf(MinimumEstimatedNanoseconds);

    /// <summary>The longest time of such a walk in nanoseconds; null without a calibration that says of how many mappings it is, and without <see cref="MaximumVmasVisited"/>.</summary>
    public long? MaximumEstimatedNanoseconds { get; init; }

    /// <summary>The longest time of such a walk; null as <see cref="MaximumEstimatedNanoseconds"/>.</summary>
    public TimeSpan? MaximumEstimatedDuration => DurationOf(MaximumEstimatedNanoseconds);

    /// <summary>Mappings in the largest anon_vma that a place of the page belongs to. Of a process, the most that it can have.</summary>
    public long VmaCount { get; init; }

    /// <summary>Items that the walk goes over: places that share the page. Of a process, its own places.</summary>
    public long Sharing { get; init; }

    /// <summary><c>max_page_sharing</c>: as modelled, or of the kernel; null where that cannot be read.</summary>
    public int? MaxPageSharing { get; init; }

    /// <summary>The longest that a walk was asked to take; null where nothing was asked.</summary>
    public TimeSpan? MaximumWalkDuration { get; init; }

    /// <summary>The largest <c>max_page_sharing</c> whose walks take no longer; null where nothing was asked, or where even 2, the least that the kernel takes, is too many.</summary>
    public int? RecommendedMaxPageSharing { get; init; }

    /// <summary>The process; null for a made layout.</summary>
    public int? Id { get; init; }

    /// <summary>Its name; null for a made layout.</summary>
    public string? Name { get; init; }

    /// <summary>Where in the process the page with the longest walk is mapped first; null for a made layout, and where frames are hidden.</summary>
    public long? Address { get; init; }

    /// <summary>That page's frame; null for a made layout, and where frames are hidden.</summary>
    public long? PageFrame { get; init; }

    /// <summary>KSM pages that the process maps; null for a made layout, and where frames are hidden.</summary>
    public long? KsmPageCount { get; init; }

    /// <summary>Mappings that a walk looks at on average over these pages, for the process's own places and at most; null for a made layout, and where frames are hidden.</summary>
    public double? MeanVmasVisited { get; init; }

    /// <summary>Page-table entries of other processes that map the page: what walks look at for them is counted; null for a made layout, and where that cannot be read.</summary>
    public long? SharingElsewhere { get; init; }

    /// <summary>The family of mappings that costs the walk most; null for a made layout.</summary>
    public RmapVmaFamily? WorstFamily { get; init; }

    /// <summary>Whether frames are hidden from this user, so that the page is taken to be shared as often as the process and <c>max_page_sharing</c> allow.</summary>
    public bool IsUpperBound { get; init; }

    private static TimeSpan? DurationOf(long? nanoseconds) => nanoseconds is { } known ? TimeSpan.FromTicks(known / TimeSpan.NanosecondsPerTick) : null;
}
