using KsmTools.Rmap;

namespace KsmTools.Tracing.RingBuffer;

/// <summary>What the rmap records of a buffer mean: the same for all its CPUs.</summary>
internal sealed class RecordContext : BufferContext
{
    /// <summary>Thread names.</summary>
    public required ThreadNames Threads { get; init; }

    /// <summary>Function names.</summary>
    public required KernelSymbols Functions { get; init; }

    /// <summary>What the times count.</summary>
    public RmapTimeUnit TimeUnit { get; init; }

    /// <summary>A decoder for one CPU.</summary>
    /// <param name="cpu">The CPU.</param>
    public SubBufferDecoder<RmapRecord> Decoder(int cpu) => IsBigEndian
        ? new SubBufferDecoder<RmapRecord, BigEndian, RmapRecordFiller<BigEndian>>(this, cpu, new RmapRecordFiller<BigEndian>(this, cpu))
        : new SubBufferDecoder<RmapRecord, LittleEndian, RmapRecordFiller<LittleEndian>>(this, cpu, new RmapRecordFiller<LittleEndian>(this, cpu));
}
