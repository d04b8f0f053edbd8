using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using KsmTools.Rmap;

namespace KsmTools.Tracing.RingBuffer;

/// <summary>
/// An event of a few numbers, of any tracepoint: a plain struct that is filled and filled again, so that reading allocates nothing per event.
/// What its numbers say depends on the event: <see cref="KsmEvents.KsmEventObjects"/> makes an object of one of KSM's.
/// </summary>
[StructLayout(LayoutKind.Auto)]
public struct EventRecord : ITraceRecord<EventRecord>
{
    /// <summary>The most numbers that a record holds.</summary>
    internal const int MaximumValues = 5;

    /// <summary>The kind of a mark that events were lost.</summary>
    public const int LostKind = -1;

    /// <summary>The CPU of a lost-events mark that does not say which.</summary>
    public const int AnyCpu = RmapRecord.AnyCpu;

    private Numbers _values;
    private byte _known;

    /// <summary>What the reader calls the event, or <see cref="LostKind"/>.</summary>
    public int Kind { get; internal set; }

    /// <summary>Whether this is no event but a mark that events were lost; see <see cref="LostCount"/>.</summary>
    public readonly bool IsLost => Kind == LostKind;

    /// <inheritdoc/>
    long ITraceRecord<EventRecord>.Timestamp
    {
        readonly get => Timestamp;
        set => Timestamp = value;
    }

    /// <summary>The trace clock's time, in <see cref="TimeUnit"/>.</summary>
    public long Timestamp { get; internal set; }

    /// <summary>What <see cref="Timestamp"/> counts.</summary>
    public RmapTimeUnit TimeUnit { get; internal set; }

    /// <summary>How many events were lost; 0 where the kernel did not know.</summary>
    public long LostCount { get; internal set; }

    /// <summary>The CPU.</summary>
    public int Cpu { get; internal set; }

    /// <summary>The thread.</summary>
    public int ThreadId { get; internal set; }

    /// <summary>The thread's name.</summary>
    public CommandName Command { get; internal set; }

    /// <summary>The flag column as up to eight ASCII characters, first in the lowest byte.</summary>
    public ulong Flags { get; internal set; }

    /// <summary>A number; null where this kernel's event has none. A signed one is extended to 64 bits.</summary>
    /// <param name="index">Its field's place in <see cref="EventFormats.WantedEvent.Fields"/>.</param>
    internal readonly ulong? this[int index] => (_known & (1 << index)) == 0 ? null : _values[index];

    /// <summary>A signed number; null where this kernel's event has none.</summary>
    /// <param name="index">Its field's place in <see cref="EventFormats.WantedEvent.Fields"/>.</param>
    internal readonly long? Signed(int index) => (long?)this[index];

    /// <summary>Forgets all numbers.</summary>
    internal void ClearValues() => _known = 0;

    /// <summary>Sets a number.</summary>
    internal void Set(int index, ulong value)
    {
        _values[index] = value;
        _known |= (byte)(1 << index);
    }

    /// <summary>A mark that events were lost.</summary>
    /// <param name="cpu">The CPU, or <see cref="AnyCpu"/>.</param>
    /// <param name="count">How many; 0 where the kernel did not know.</param>
    public static EventRecord Lost(int cpu, long count) => new() { Kind = LostKind, Cpu = cpu, LostCount = count };

    [InlineArray(MaximumValues)]
    private struct Numbers
    {
        private ulong _first;
    }
}
