using KsmTools.Tracing.KsmEvents;

namespace KsmTools.Tracing.Sessions;

/// <summary>A session of KSM's own events as it is now.</summary>
public sealed class KsmTraceSession
{
    /// <summary>Its name, which is its tracefs instance's.</summary>
    public string Name { get; init; } = string.Empty;

    /// <summary>Whether events are recorded.</summary>
    public bool Enabled { get; init; }

    /// <summary>The events that are on, as <c>system/event</c>.</summary>
    public string[] Events { get; init; } = [];

    /// <summary>The kinds of these events.</summary>
    public KsmEventKind[] Kinds { get; init; } = [];

    /// <summary>The kinds of events that this kernel does not have; empty where kinds were asked for.</summary>
    public string[] NotCovered { get; init; } = [];

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

    /// <summary>The same counts for each CPU.</summary>
    public TraceCpuStatistics[] Cpus { get; init; } = [];

    /// <summary>Its folder in tracefs.</summary>
    public string Path { get; init; } = string.Empty;

    /// <summary>Looks at a session.</summary>
    /// <param name="session">The session.</param>
    /// <exception cref="KsmTools.Errors.KsmToolsException">The kernel refused.</exception>
    public static KsmTraceSession Of(TraceSession session)
    {
        ArgumentNullException.ThrowIfNull(session);
        TraceCpuStatistics[] cpus = [.. session.Statistics()];
        SessionRecord record = session.Record;
        return new KsmTraceSession
        {
            Name = record.Name,
            Enabled = session.IsEnabled,
            Events = [.. record.Events],
            Kinds = [.. Enum.GetValues<KsmEventKind>().Where(kind => record.Events.Contains(KsmEventShape.PathOf(kind)))],
            NotCovered = [.. record.NotCovered],
            Clock = session.Clock,
            BufferSizeBytes = session.BufferSize,
            TotalBufferSizeBytes = session.TotalBufferSize,
            Entries = cpus.Sum(cpu => cpu.Entries),
            Overrun = cpus.Sum(cpu => cpu.Overrun),
            Dropped = cpus.Sum(cpu => cpu.Dropped + cpu.CommitOverrun),
            Cpus = cpus,
            Path = session.Path,
        };
    }
}
