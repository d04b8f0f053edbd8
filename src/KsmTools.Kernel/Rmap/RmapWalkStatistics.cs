namespace KsmTools.Rmap;

/// <summary>What a group of walks cost. A group key that was not grouped by is null, and so is one that the source does not say.</summary>
public sealed record RmapWalkStatistics : RmapDurationStatistics
{
    /// <summary>The thread name of the group.</summary>
    public string? Command { get; init; }

    /// <summary>The thread of the group.</summary>
    public int? ThreadId { get; init; }

    /// <summary>The CPU that the group's walks began on.</summary>
    public int? Cpu { get; init; }

    /// <summary>Whether the callers held the lock already.</summary>
    public bool? Locked { get; init; }

    /// <summary>The kernel function that asked for the group's walks.</summary>
    public string? Caller { get; init; }

    /// <summary>The measurement that it is of.</summary>
    internal MeasurementMark Measurement { get; init; }
}
