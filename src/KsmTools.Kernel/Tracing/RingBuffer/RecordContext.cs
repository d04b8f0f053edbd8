using KsmTools.Rmap;
using KsmTools.Tracing.EventFormats;

namespace KsmTools.Tracing.RingBuffer;

/// <summary>What the records of a buffer mean: the same for all its CPUs.</summary>
internal sealed class RecordContext
{
    /// <summary>The traced machine's byte order.</summary>
    public bool IsBigEndian { get; init; }

    /// <summary>The layout of a sub-buffer's header.</summary>
    public required SubBufferHeader Header { get; init; }

    /// <summary>The layouts of the rmap events.</summary>
    public required RmapLayouts Layouts { get; init; }

    /// <summary>Thread names.</summary>
    public required ThreadNames Threads { get; init; }

    /// <summary>Function names.</summary>
    public required KernelSymbols Functions { get; init; }

    /// <summary>What the times count.</summary>
    public RmapTimeUnit TimeUnit { get; init; }

    /// <summary>How times are converted; null where they are not.</summary>
    public ITimeConversion? Time { get; init; }

    /// <summary>A decoder for one CPU.</summary>
    /// <param name="cpu">The CPU.</param>
    public SubBufferDecoder Decoder(int cpu) =>
        IsBigEndian ? new SubBufferDecoder<BigEndian>(this, cpu) : new SubBufferDecoder<LittleEndian>(this, cpu);
}
