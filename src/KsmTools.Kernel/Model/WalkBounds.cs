namespace KsmTools.Model;

/// <summary>How many mappings one pass over all items of a KSM page looks at, as far as <c>/proc</c> shows it.</summary>
/// <param name="Minimum">The fewest, whichever way the kernel looks for them: the mapping itself of each item that is surely there.</param>
/// <param name="Maximum">The most, whichever way; null where a process that has a part in it cannot be seen.</param>
/// <param name="Unmoved">The most at the items' linear indices, as long as mremap(2) has not moved memory onto an index that other memory has; null as the other.</param>
/// <param name="Items">How many items there are at most; null as the others.</param>
internal sealed record WalkBounds(long Minimum, long? Maximum, long? Unmoved, long? Items);
