using KsmTools.Records;

namespace KsmTools.Memory.Triggers;

/// <summary>What made the kernel walk, and what it did to the pages.</summary>
public sealed class RmapTriggerResult
{
    /// <summary>What was done.</summary>
    public RmapTrigger Trigger { get; init; }

    /// <summary>Why this and not another.</summary>
    public required string Why { get; init; }

    /// <summary>What it needs of a machine.</summary>
    public required string Needs { get; init; }

    /// <summary>What <see cref="RmapTrigger.Auto"/> passed over before it, and why.</summary>
    public required IReadOnlyList<TriggerRefusal> Unavailable { get; init; }

    /// <summary>The process.</summary>
    public int Id { get; init; }

    /// <summary>The address of the first page.</summary>
    public long Address { get; init; }

    /// <summary>How many addresses were asked for.</summary>
    public int PageCount { get; init; }

    /// <summary>
    /// How many pages surely were walked: moved, marked idle, or paged out. 0 of a compaction means that the kernel left these pages where they are; it may have walked others.
    /// Addresses that share a page count once, except that MovePages counts the addresses that are on the other node now.
    /// </summary>
    public int Pages { get; init; }

    /// <summary>What the first page was; null where that cannot be told.</summary>
    public RmapPageType? PageType { get; init; }

    /// <summary>The first page's frame before; null where frames are hidden.</summary>
    public long? PageFrame { get; init; }

    /// <summary>The node of the first page before.</summary>
    public int? FromNode { get; init; }

    /// <summary>The node that pages were moved to; null where they were not moved between nodes.</summary>
    public int? ToNode { get; init; }

    /// <summary>The thread that the kernel worked for: the <c>ThreadId</c> of the walks in a trace.</summary>
    public int ThreadId { get; init; }

    /// <summary>How long the kernel worked, in nanoseconds.</summary>
    public long ElapsedNanoseconds { get; init; }

    /// <summary>How long the kernel worked.</summary>
    public TimeSpan Elapsed => TimeSpan.FromTicks(ElapsedNanoseconds / TimeSpan.NanosecondsPerTick);

    internal string? OwnRemark { get; init; }

    /// <summary>What is worth knowing beside that; null where nothing is. No property, because it is no part of the object that scripts see.</summary>
    public string? Remark() => OwnRemark;
}
