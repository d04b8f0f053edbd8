namespace KsmTools.Tracing.Sessions;

/// <summary>A session of rmap events as it is now.</summary>
public sealed class RmapTraceSession
{
    /// <summary>Its name, which is its tracefs instance's.</summary>
    public string Name { get; init; } = string.Empty;

    /// <summary>Where its events come from.</summary>
    public RmapTraceSource Source { get; init; }

    /// <summary>Whether its walks are an approximation: they are bounded from below, and some are not seen.</summary>
    public bool Approximate { get; init; }

    /// <summary>Whether events are recorded.</summary>
    public bool Enabled { get; init; }

    /// <summary>The kernel functions whose calls it sees.</summary>
    public string[] Functions { get; init; } = [];

    /// <summary>What it cannot see.</summary>
    public string[] NotCovered { get; init; } = [];

    /// <summary>The better sources, and why each could not be used; empty where the source was asked for by name.</summary>
    public RmapSourceRefusal[] Unavailable { get; init; } = [];

    /// <summary>The events that are on, as <c>system/event</c>.</summary>
    public string[] Events { get; init; } = [];

    /// <summary>The filter that the kernel applies; null where it records every walk.</summary>
    public string? Filter { get; init; }

    /// <summary>Whether the kernel pairs and counts instead of recording events.</summary>
    public bool Aggregate { get; init; }

    /// <summary>The trace clock.</summary>
    public string Clock { get; init; } = string.Empty;

    /// <summary>Bytes of each CPU's buffer.</summary>
    public long BufferSizeBytes { get; init; }

    /// <summary>Bytes of all buffers.</summary>
    public long TotalBufferSizeBytes { get; init; }

    /// <summary>Events in the buffers.</summary>
    public long Entries { get; init; }

    /// <summary>Events that newer ones overwrote before anybody read them.</summary>
    public long Overrun { get; init; }

    /// <summary>Events that were not recorded: buffers that do not overwrite were full, or an interrupt came in the middle of too many others.</summary>
    public long Dropped { get; init; }

    /// <summary>Calls whose return probe the kernel missed; null where the source has no return probes or the kernel does not count.</summary>
    public long? MissedReturns { get; init; }

    /// <summary>The same counts for each CPU.</summary>
    public TraceCpuStatistics[] Cpus { get; init; } = [];

    /// <summary>Its folder in tracefs.</summary>
    public string Path { get; init; } = string.Empty;

    /// <summary>Looks at a session.</summary>
    /// <param name="session">The session.</param>
    /// <exception cref="KsmTools.Errors.KsmToolsException">The kernel refused.</exception>
    public static RmapTraceSession Of(TraceSession session)
    {
        ArgumentNullException.ThrowIfNull(session);
        TraceCpuStatistics[] cpus = [.. session.Statistics()];
        SessionRecord record = session.Record;
        return new RmapTraceSession
        {
            Name = record.Name,
            Source = record.Source,
            Approximate = record.Source == RmapTraceSource.MigrationPte,
            Enabled = session.IsEnabled,
            Functions = [.. record.Functions],
            NotCovered = [.. record.NotCovered],
            Unavailable = [.. record.Refusals],
            Events = [.. record.Events],
            Filter = record.Filter,
            Aggregate = record.IsAggregate,
            Clock = session.Clock,
            BufferSizeBytes = session.BufferSize,
            TotalBufferSizeBytes = session.TotalBufferSize,
            Entries = cpus.Sum(cpu => cpu.Entries),
            Overrun = cpus.Sum(cpu => cpu.Overrun),
            Dropped = cpus.Sum(cpu => cpu.Dropped + cpu.CommitOverrun),
            MissedReturns = record is { Source: RmapTraceSource.Kprobe, Group: { } group } ? KprobeProfile.MissedReturns(session.Tracing, group) : null,
            Cpus = cpus,
            Path = session.Path,
        };
    }
}
