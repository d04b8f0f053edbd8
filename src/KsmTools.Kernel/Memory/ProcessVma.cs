namespace KsmTools.Memory;

/// <summary>A mapping of a process as <c>/proc/pid/smaps</c> describes it.</summary>
internal readonly record struct ProcessVma
{
    /// <summary>The first address.</summary>
    public ulong Start { get; init; }

    /// <summary>The address behind the last.</summary>
    public ulong End { get; init; }

    /// <summary>Where in the file it begins.</summary>
    public ulong Offset { get; init; }

    /// <summary>The file's device and inode; empty for anonymous memory.</summary>
    public string File { get; init; }

    /// <summary>The file's path, or the name of anonymous memory, if it has one.</summary>
    public string Name { get; init; }

    /// <summary>Whether writes go to the file, or to others (<c>s</c>): such memory has no anon_vma.</summary>
    public bool IsShared { get; init; }

    /// <summary>Whether the process may read it (<c>r</c>).</summary>
    public bool IsReadable { get; init; }

    /// <summary>Bytes of anonymous pages that it maps (<c>Anonymous:</c>).</summary>
    public long AnonymousBytes { get; init; }

    /// <summary>
    /// Whether KSM could merge it, once asked to: not shared, no huge pages of hugetlbfs, no mapping of a device and none that can be dropped (<c>vma_ksm_compatible</c>, mm/ksm.c).
    /// </summary>
    public bool IsKsmCompatible { get; init; }

    /// <summary>Whether <c>VmFlags:</c> was there to be read.</summary>
    public bool HasFlags { get; init; }

    /// <summary>Whether it grows downwards, as a stack does (<c>gd</c>).</summary>
    public bool IsStack { get; init; }

    /// <summary>Whether KSM may merge it (<c>mg</c>).</summary>
    public bool IsMergeable { get; init; }

    /// <summary>Whether it is locked in memory, by mlock(2) for example (<c>lo</c>).</summary>
    public bool IsLocked { get; init; }

    /// <summary>Bytes that are merged; null where the kernel does not say (before 6.7).</summary>
    public long? MergedBytes { get; init; }

    /// <summary>Whether merged pages can be in it: what the kernel says has some, or, before 6.7, which does not say, what may be merged.</summary>
    public bool MayHoldMerged => MergedBytes is { } merged ? merged > 0 : IsMergeable;

    /// <summary>Whether the process itself made it; the kernel's own (<c>[vdso]</c>, <c>[vsyscall]</c>) are in no anon_vma.</summary>
    public bool IsOfProcess => Name is not ['[', ..] || Name is "[heap]" or "[stack]" || Name.StartsWith("[anon:", StringComparison.Ordinal);
}
