using KsmTools.Records;

namespace KsmTools.Memory;

/// <summary>A page of a process's memory: whether and where it is, what it is, and how many mappings share it.</summary>
public sealed class ProcessPage
{
    /// <summary>The process.</summary>
    public int Id { get; init; }

    /// <summary>Its address in the process.</summary>
    public long Address { get; init; }

    /// <summary>Whether it is in memory.</summary>
    public bool Present { get; init; }

    /// <summary>Whether it is in swap.</summary>
    public bool Swapped { get; init; }

    /// <summary>The physical page's number; null without <c>CAP_SYS_ADMIN</c>. Addresses with equal numbers share one page.</summary>
    public long? PageFrame { get; init; }

    /// <summary>The NUMA node that it is on; null where it is not in memory, or the kernel does not say.</summary>
    public int? Node { get; init; }

    /// <summary>What it is to reverse mapping; null where it is not in memory, is the zero page, or cannot be told.</summary>
    public RmapPageType? PageType { get; init; }

    /// <summary>How many page-table entries map it, of any process (<c>/proc/kpagecount</c>); null where frames are hidden.</summary>
    public long? ShareCount { get; init; }

    /// <summary>
    /// What <c>/proc/kpageflags</c> says; null where frames are hidden. On kernels that say KSM of every anonymous page, <see cref="PageFlags.Ksm"/> is
    /// there for merged pages only.
    /// </summary>
    public PageFlags? Flags { get; init; }

    /// <summary>Whether nobody else maps it.</summary>
    internal bool IsExclusive { get; init; }
}
