namespace KsmTools.Tracing.TraceDat.Writing;

/// <summary>What a trace.dat file says of a buffer before anything is recorded: the texts of tracefs and procfs as they are.</summary>
internal sealed record TraceDatMetadata
{
    /// <summary><c>events/header_page</c>.</summary>
    public required ReadOnlyMemory<byte> HeaderPage { get; init; }

    /// <summary><c>events/header_event</c>.</summary>
    public required ReadOnlyMemory<byte> HeaderEvent { get; init; }

    /// <summary>Bytes of a sub-buffer.</summary>
    public required int SubBufferSize { get; init; }

    /// <summary>The <c>format</c> files of <c>events/ftrace</c>: what ftrace itself records, a marker for example.</summary>
    public IReadOnlyList<ReadOnlyMemory<byte>> FtraceFormats { get; init; } = [];

    /// <summary>The <c>format</c> files of the buffer's events, by system.</summary>
    public required IReadOnlyList<(string System, IReadOnlyList<ReadOnlyMemory<byte>> Formats)> Formats { get; init; }

    /// <summary><c>printk_formats</c>.</summary>
    public ReadOnlyMemory<byte> PrintkFormats { get; init; }

    /// <summary><c>trace_clock</c>, all clocks with the one in use in brackets.</summary>
    public required string Clocks { get; init; }

    /// <summary>The trace id (<see cref="TraceDatId"/>).</summary>
    public required ulong TraceId { get; init; }

    /// <summary>System, host, release and machine, as uname(2) has them.</summary>
    public required string Machine { get; init; }

    /// <summary>One more than the highest number of a CPU.</summary>
    public required int CpuCount { get; init; }
}
