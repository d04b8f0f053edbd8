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
    /// </summary>
    public long VmasVisited { get; init; }

    /// <summary>Page-table entries that map the page and were found. Of a process, those that it has itself.</summary>
    public long MappingsFound { get; init; }

    /// <summary>Page-table entries that map the page and were not found; null for a process, whose linear indices the kernel does not tell.</summary>
    public long? MappingsMissed { get; init; }

    /// <summary>The time of such a walk in nanoseconds; null without a calibration.</summary>
    public long? EstimatedNanoseconds { get; init; }

    /// <summary>The time of such a walk; null without a calibration.</summary>
    public TimeSpan? EstimatedDuration => EstimatedNanoseconds is { } nanoseconds ? TimeSpan.FromTicks(nanoseconds / TimeSpan.NanosecondsPerTick) : null;

    /// <summary>The time of such a walk in microseconds; null without a calibration.</summary>
    public double? EstimatedMicroseconds => EstimatedNanoseconds / 1000.0;

    /// <summary>Mappings in the largest anon_vma that a place of the page belongs to.</summary>
    public long VmaCount { get; init; }

    /// <summary>Items that the walk goes over: places that share the page.</summary>
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

    /// <summary>Mappings that a walk looks at on average over these pages; null for a made layout, and where frames are hidden.</summary>
    public double? MeanVmasVisited { get; init; }

    /// <summary>Page-table entries of other processes that map the page: their mappings come on top; null for a made layout, and where that cannot be read.</summary>
    public long? SharingElsewhere { get; init; }

    /// <summary>The family of mappings that costs the walk most; null for a made layout.</summary>
    public RmapVmaFamily? WorstFamily { get; init; }

    /// <summary>Whether frames are hidden from this user, so that the page is taken to be shared as often as the process and <c>max_page_sharing</c> allow.</summary>
    public bool IsUpperBound { get; init; }
}
