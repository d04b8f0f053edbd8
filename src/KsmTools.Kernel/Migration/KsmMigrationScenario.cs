namespace KsmTools.Migration;

/// <summary>What is done to merged pages before they are migrated.</summary>
public enum KsmMigrationScenario
{
    /// <summary>Nothing.</summary>
    Basic,

    /// <summary>
    /// mremap(2) moves the second half over the first, and it is merged again: the pages are then at other addresses than their VMA's offset says, and a walk that looks for them by
    /// address misses them.
    /// </summary>
    Mremap,

    /// <summary>The process forks: the child maps the pages too, and ksmd knows nothing of its mappings (mm/ksm.c looks for new forks in a second pass of the walk).</summary>
    Fork,

    /// <summary>The process has made its whole memory mergeable (prctl(2) with <c>PR_SET_MEMORY_MERGE</c>, Linux 6.4), and not asked for these pages with madvise(2).</summary>
    Process,

    /// <summary>
    /// A tree of processes, five levels of them, in which each process moves its pages with mremap(2) before all of them are merged into one: many processes map it, each at an
    /// address that its mapping's offset does not say. Of pages that are not merged, which the processes have in common otherwise, all map the same.
    /// </summary>
    Tree,

    /// <summary>
    /// mremap(2) moves the pages, and they are merged; then reclaim takes them to swap, for which it must find all their mappings, and they come back. The process is in a control
    /// group of its own, of which alone memory is reclaimed.
    /// </summary>
    Swap,
}
