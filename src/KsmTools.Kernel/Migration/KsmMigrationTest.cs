using KsmTools.Memory.Triggers;

namespace KsmTools.Migration;

/// <summary>What one scenario came to. Counts are of the scenario's own pages, whatever else is merged on the machine.</summary>
public sealed class KsmMigrationTest
{
    /// <summary>The scenario.</summary>
    public KsmMigrationScenario Scenario { get; init; }

    /// <summary>The kind of pages.</summary>
    public KsmMigrationPageType PageType { get; init; }

    /// <summary>What it came to.</summary>
    public KsmMigrationVerdict Result { get; init; }

    /// <summary>Why: what was expected and what was seen, what could not be tried, or what was verified.</summary>
    public required string Reason { get; init; }

    /// <summary>What to do about it; null where nothing is to be done.</summary>
    public string? Remedy { get; init; }

    /// <summary>How many equal pages each process had to begin with.</summary>
    public int PageCount { get; init; }

    /// <summary>Physical pages that the merging processes had in the end (as <c>pages_shared</c>); null where it did not come to merging.</summary>
    public long? PagesShared { get; init; }

    /// <summary>Mappings of the merging processes beyond the first of each such page (as <c>pages_sharing</c>); null where it did not come to merging.</summary>
    public long? PagesSharing { get; init; }

    /// <summary>Physical pages that went to another frame, or to swap, with all their mappings.</summary>
    public int MigratedPages { get; init; }

    /// <summary>Mappings, of all processes that have the pages, that were found at the new frames, or in swap, with the right contents.</summary>
    public int MappingsVerified { get; init; }

    /// <summary>What made the kernel migrate, or swap out; null where it did not come to that.</summary>
    public RmapTrigger? Trigger { get; init; }

    /// <summary>The node that pages came from; null where they were not moved between nodes.</summary>
    public int? FromNode { get; init; }

    /// <summary>The node that pages went to; null where they were not moved between nodes.</summary>
    public int? ToNode { get; init; }

    /// <summary>How many times the scenario was begun: where the kernel chooses what it migrates, it may leave the pages alone.</summary>
    public int Attempts { get; init; }

    /// <summary>How long it took, all attempts together.</summary>
    public TimeSpan Duration { get; init; }
}
