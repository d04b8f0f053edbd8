using KsmTools.Files;

namespace KsmTools.Potential;

/// <summary>A page to read, and what came of it.</summary>
internal struct BatchedPage(ulong address, PagemapEntry entry, in PageTraits traits)
{
    /// <summary>Where it is in the process.</summary>
    public readonly ulong Address = address;

    /// <summary>What pagemap said of it.</summary>
    public readonly PagemapEntry Entry = entry;

    /// <summary>How it is read and counted.</summary>
    public readonly PageTraits Traits = traits;

    /// <summary>Whether it could be read.</summary>
    public bool IsRead;

    /// <summary>Whether it is full of zeros.</summary>
    public bool IsZero;

    /// <summary>The hash of its content; 0 for zeros.</summary>
    public ulong Hash;
}
