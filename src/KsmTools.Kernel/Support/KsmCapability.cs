namespace KsmTools.Support;

/// <summary>Something that KSM and its tracing need of kernel, machine or user.</summary>
public sealed class KsmCapability
{
    /// <summary>What it is about: Merging, Tuning, Processes, Regions or Tracing.</summary>
    public required string Area { get; init; }

    /// <summary>The capability.</summary>
    public required string Name { get; init; }

    /// <summary>Whether it is there for this user; null where that is not known, as of a file that a captured tree does not hold.</summary>
    public bool? Available { get; init; }

    /// <summary>How that is known.</summary>
    public required string Reason { get; init; }

    /// <summary>What to do for it; null where it is there.</summary>
    public string? Remedy { get; init; }
}
