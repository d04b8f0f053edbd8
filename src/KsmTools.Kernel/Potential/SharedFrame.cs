namespace KsmTools.Potential;

/// <summary>A page frame that more than one mapping has, and what was met of it.</summary>
internal struct SharedFrame
{
    /// <summary>Its number, plus 1.</summary>
    public ulong Key;

    /// <summary>Which one it is of all that were met, from 0.</summary>
    public int Number;

    /// <summary>The number of its content.</summary>
    public int Content;

    /// <summary>Mappings that were measured.</summary>
    public int Seen;

    /// <summary>Mappings that there are; 0 where the kernel does not say.</summary>
    public int Mapped;

    /// <summary>Whether others map it, too, who were not measured.</summary>
    public readonly bool IsHeld => Mapped > Seen;

    /// <summary>Whether KSM has merged it already.</summary>
    public bool IsMerged;

    /// <summary>Whether it is the second one of its content, by processes and addresses: ksmd keeps that one, and lets the first go.</summary>
    public bool IsSecond;

    /// <summary>Whether it is a part of a large folio that goes to the kernel's own zero page when the folio is split.</summary>
    public bool IsUnused;
}
