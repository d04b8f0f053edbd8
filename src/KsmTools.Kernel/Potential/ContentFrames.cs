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
}
