using System.Runtime.CompilerServices;
using KsmTools.Rmap;
using KsmTools.Tracing.EventFormats;

namespace KsmTools.Tracing.RingBuffer;

/// <summary>From an event's data to a record of its numbers. What the last event had is kept: the next one mostly has the same.</summary>
/// <typeparam name="TOrder">The traced machine's byte order.</typeparam>
internal struct EventRecordFiller<TOrder>(EventContext context, int cpu) : IRecordFiller<EventRecord>
    where TOrder : struct, IByteOrder
{
    private readonly EventContext _context = context;
    private readonly int _cpu = cpu;
    private int _lastThread = -1;
    private CommandName _lastName;
    private int _lastFlags = -1;
    private ulong _lastSpelled;

    public SubBufferFault Fill(RecordLayout layout, ref byte data, int length, long time, ref EventRecord record)
    {
        Fill(Unsafe.As<EventLayout>(layout), ref data, time, ref record);
        return SubBufferFault.None;
    }

    private void Fill(EventLayout layout, ref byte data, long time, ref EventRecord record)
    {
        record.Kind = layout.Kind;
        record.Timestamp = time;
        record.TimeUnit = _context.TimeUnit;
        record.LostCount = 0;
        record.Cpu = _cpu;
        record.ThreadId = (int)Number(ref data, layout.ThreadId, isSigned: true);
        if (record.ThreadId != _lastThread)
        {
            _lastThread = record.ThreadId;
            _lastName = _context.Threads.Find(_lastThread);
        }

        record.Command = _lastName;
        int flags = ((int)Number(ref data, layout.Flags, isSigned: false) & 0xFF) | (((int)Number(ref data, layout.PreemptCount, isSigned: false) & 0xFF) << 8);
        if (flags != _lastFlags)
        {
            _lastFlags = flags;
            _lastSpelled = LatencyFlags.Spell(flags & 0xFF, flags >> 8);
        }

        record.Flags = _lastSpelled;
        record.ClearValues();
        ReadOnlySpan<NumberField> values = layout.Values;
        for (int i = 0; i < values.Length; i++)
        {
            if (values[i].Exists)
            {
                record.Set(i, Number(ref data, values[i], layout.IsSigned(i)));
            }
        }
    }

    private static ulong Number(ref byte data, NumberField field, bool isSigned)
    {
        ref byte at = ref Unsafe.Add(ref data, field.Offset);
        return field.Size switch
        {
            8 => TOrder.UInt64(ref at),
            4 when isSigned => (ulong)(int)TOrder.UInt32(ref at),
            4 => TOrder.UInt32(ref at),
            2 when isSigned => (ulong)(short)TOrder.UInt16(ref at),
            2 => TOrder.UInt16(ref at),
            1 when isSigned => (ulong)(sbyte)at,
            1 => at,
            _ => 0,
        };
    }
}
