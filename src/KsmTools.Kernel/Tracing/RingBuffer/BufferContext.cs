using KsmTools.Files;
using KsmTools.Records;
using KsmTools.Tracing.EventFormats;
using KsmTools.Tracing.Reading;

namespace KsmTools.Tracing.RingBuffer;

/// <summary>How a buffer is laid out and what its records mean: the same for all its CPUs.</summary>
internal sealed class BufferContext
{
    /// <summary>The traced machine's byte order.</summary>
    public ByteOrder Order { get; init; } = ByteOrder.Own;

    /// <summary>The layout of a sub-buffer's header.</summary>
    public required SubBufferHeader Header { get; init; }

    /// <summary>The layouts of the wanted events.</summary>
    public required EventLayouts Layouts { get; init; }

    /// <summary>The events that name threads of which no name is known; null where there are none.</summary>
    public NamingEvents? Naming { get; init; }

    /// <summary>How times are converted; null where they are not.</summary>
    public ITimeConversion? Time { get; init; }

    /// <summary>Thread names.</summary>
    public required ThreadNames Threads { get; init; }

    /// <summary>Function names.</summary>
    public required KernelSymbols Functions { get; init; }

    /// <summary>What the times count.</summary>
    public RmapTimeUnit TimeUnit { get; init; }

    /// <summary>A decoder for one CPU.</summary>
    /// <param name="cpu">The CPU.</param>
    public SubBufferDecoder Decoder(int cpu) =>
        Order.IsBigEndian ? new SubBufferDecoder<BigEndian>(this, cpu) : new SubBufferDecoder<LittleEndian>(this, cpu);
}
