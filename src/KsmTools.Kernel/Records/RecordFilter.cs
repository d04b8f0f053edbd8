namespace KsmTools.Records;

/// <summary>Which events, or which walks, are wanted of a trace. What is not set lets everything through.</summary>
public sealed class RecordFilter
{
    /// <summary>The threads; empty for all.</summary>
    public IReadOnlyCollection<int> ThreadIds { get; init; } = [];

    /// <summary>The CPUs; empty for all. A walk is of the CPU that it began on.</summary>
    public IReadOnlyCollection<int> Cpus { get; init; } = [];

    /// <summary>Tells whether threads of a name are wanted; null for all. It is asked once for each name, mostly.</summary>
    public Func<string, bool>? Command { get; init; }

    /// <summary>The earliest time of the trace's clock; of a walk, the earliest start. Null for any.</summary>
    public long? After { get; init; }

    /// <summary>The time of the trace's clock that is too late; of a walk, a start. Null for none.</summary>
    public long? Before { get; init; }

    /// <summary>The shortest walk, in what the trace's clock counts; null for any. Events have no duration.</summary>
    public long? MinimumDuration { get; init; }

    /// <summary>Whether everything gets through.</summary>
    public bool IsEmpty => ThreadIds.Count == 0 && Cpus.Count == 0 && Command is null && After is null && Before is null && MinimumDuration is null;
}
