namespace KsmTools.Tracing.TraceDat;

/// <summary>One CPU's data of a buffer.</summary>
/// <param name="Cpu">The CPU; <see cref="Records.TraceRecord.AnyCpu"/> where the file no longer tells.</param>
/// <param name="Offset">Where the data begins.</param>
/// <param name="Size">Its bytes, as the file says.</param>
internal readonly record struct TraceDatArea(int Cpu, long Offset, long Size);

/// <summary>A buffer of a file: the top one, or that of an instance.</summary>
internal sealed class TraceDatBuffer
{
    /// <summary>The instance's name; empty for the top buffer.</summary>
    public required string Name { get; init; }

    /// <summary>The trace clock.</summary>
    public required string Clock { get; init; }

    /// <summary>Bytes of a sub-buffer.</summary>
    public required long PageSize { get; init; }

    /// <summary>Whether the data is in compressed chunks.</summary>
    public bool IsCompressed { get; init; }

    public required IReadOnlyList<TraceDatArea> Areas { get; init; }
}
