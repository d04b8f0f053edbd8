using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using KsmTools.Rmap;

namespace KsmTools.Tracing.RingBuffer;

/// <summary>
/// An event of a few numbers, of any tracepoint: a plain struct that is filled and filled again, so that reading allocates nothing per event.
/// Which numbers, and in which order, says the <see cref="EventFormats.WantedEvent"/> it was read by.
/// </summary>
[StructLayout(LayoutKind.Auto)]
internal struct EventRecord : ITraceRecord<EventRecord>
{
    /// <summary>The most numbers that a record holds.</summary>
    public const int MaximumValues = 5;

    /// <summary>The kind of a mark that events were lost.</summary>
    public const int LostKind = -1;

    /// <summary>The CPU of a lost-events mark that does not say which.</summary>
    public const int AnyCpu = RmapRecord.AnyCpu;

    private Numbers _values;
    private byte _known;

    /// <summary>What the reader calls the event, or <see cref="LostKind"/>.</summary>
    public int Kind { get; set; }

    /// <summary>Whether this is no event but a mark that events were lost; see <see cref="LostCount"/>.</summary>
    public readonly bool IsLost => Kind == LostKind;

    /// <summary>The trace clock's time.</summary>
    public long Timestamp { get; set; }

    /// <summary>What <see cref="Timestamp"/> counts.</summary>
    public RmapTimeUnit TimeUnit { get; set; }

    /// <summary>How many events were lost; 0 where the kernel did not know.</summary>
    public long LostCount { get; set; }

    /// <summary>The CPU.</summary>
    public int Cpu { get; set; }

    /// <summary>The thread.</summary>
    public int ThreadId { get; set; }

    /// <summary>The thread's name.</summary>
    public CommandName Command { get; set; }

    /// <summary>The flag column as up to eight ASCII characters, first in the lowest byte.</summary>
    public ulong Flags { get; set; }

    /// <summary>A number; null where this kernel's event has none. A signed one is extended to 64 bits.</summary>
    /// <param name="index">Its field's place in <see cref="EventFormats.WantedEvent.Fields"/>.</param>
    public readonly ulong? this[int index] => (_known & (1 << index)) == 0 ? null : _values[index];

    /// <summary>A signed number; null where this kernel's event has none.</summary>
    /// <param name="index">Its field's place in <see cref="EventFormats.WantedEvent.Fields"/>.</param>
    public readonly long? Signed(int index) => (long?)this[index];

    /// <summary>Forgets all numbers.</summary>
    public void ClearValues() => _known = 0;

    /// <summary>Sets a number.</summary>
    public void Set(int index, ulong value)
    {
        _values[index] = value;
        _known |= (byte)(1 << index);
    }

    /// <inheritdoc/>
    public static EventRecord Lost(int cpu, long count) => new() { Kind = LostKind, Cpu = cpu, LostCount = count };

    [InlineArray(MaximumValues)]
    private struct Numbers
    {
        private ulong _first;
    }
}
