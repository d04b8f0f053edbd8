using KsmTools.Rmap;

namespace KsmTools.Tracing.RingBuffer;

/// <summary>What the records of wanted events mean: the same for all CPUs of a buffer.</summary>
internal sealed class EventContext : BufferContext
{
    /// <summary>Thread names.</summary>
    public required ThreadNames Threads { get; init; }

    /// <summary>What the times count.</summary>
    public RmapTimeUnit TimeUnit { get; init; }

    /// <summary>A decoder for one CPU.</summary>
    /// <param name="cpu">The CPU.</param>
    public SubBufferDecoder<EventRecord> Decoder(int cpu) => IsBigEndian
        ? new SubBufferDecoder<EventRecord, BigEndian, EventRecordFiller<BigEndian>>(this, cpu, new EventRecordFiller<BigEndian>(this, cpu))
        : new SubBufferDecoder<EventRecord, LittleEndian, EventRecordFiller<LittleEndian>>(this, cpu, new EventRecordFiller<LittleEndian>(this, cpu));
}
