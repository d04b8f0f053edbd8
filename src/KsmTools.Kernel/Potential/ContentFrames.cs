namespace KsmTools.Potential;

/// <summary>Those page frames of a content that merging does not simply free.</summary>
internal readonly record struct ContentFrames
{
    /// <summary>Frames that others map, too, who were not measured: they stay whatever becomes of the measured mappings.</summary>
    public int Held { get; init; }

    /// <summary>Whether the second frame of the content that was met is one of <see cref="Held"/>.</summary>
    public bool IsSecondHeld { get; init; }

    /// <summary>Frames that KSM has merged already. It does not merge them with each other.</summary>
    public int Merged { get; init; }

    /// <summary>Measured mappings of <see cref="Merged"/>.</summary>
    public int MergedPages { get; init; }

    /// <summary>Further mappings that <see cref="Merged"/> take.</summary>
    public long Room { get; init; }

    /// <summary>Frames of which nobody says how many mappings they have; where frames are hidden, all of them count as one.</summary>
    public int Unknown { get; init; }

    /// <summary>Measured mappings of <see cref="Unknown"/>.</summary>
    public int UnknownPages { get; init; }

    /// <summary>Frames full of zeros that are parts of large folios: ksmd splits these, and they go in all processes. They are in none of the other counts.</summary>
    public int Unused { get; init; }

    /// <summary>Measured mappings of <see cref="Unused"/>.</summary>
    public int UnusedPages { get; init; }

    /// <summary>Those of <see cref="Unused"/> that others map, too.</summary>
    public int UnusedHeld { get; init; }

    /// <summary>Whether nobody says which frames are <see cref="Unused"/>.</summary>
    public bool MayBeUnused { get; init; }

    /// <summary>What ksmd's scan makes of frames that have several mappings each, where these are more than one KSM page takes.</summary>
    public ChainOutcome? Chain { get; init; }

    /// <summary>The same where zeros of large folios are like any other.</summary>
    public ContentFrames AsUsed => this with { Held = Held + UnusedHeld, Unused = 0, UnusedPages = 0, UnusedHeld = 0, MayBeUnused = false };
}
