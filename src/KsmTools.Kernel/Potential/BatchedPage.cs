using KsmTools.Memory;

namespace KsmTools.Potential;

/// <summary>A page to read, and what came of it.</summary>
internal struct BatchedPage(ulong address, PagemapEntry entry, bool isMergeable, bool mayBeMerged)
{
    /// <summary>Where it is in the process.</summary>
    public readonly ulong Address = address;

    /// <summary>What pagemap said of it.</summary>
    public readonly PagemapEntry Entry = entry;

    /// <summary>Whether ksmd may merge it already.</summary>
    public readonly bool IsMergeable = isMergeable;

    /// <summary>Whether nobody else has it, or can have: a merged page may be left with one mapping, and stays merged.</summary>
    public readonly bool IsOwn = entry.IsExclusive && !mayBeMerged;

    /// <summary>Whether it could be read.</summary>
    public bool IsRead;

    /// <summary>Whether it is full of zeros.</summary>
    public bool IsZero;

    /// <summary>The hash of its content; 0 for zeros.</summary>
    public ulong Hash;
}
