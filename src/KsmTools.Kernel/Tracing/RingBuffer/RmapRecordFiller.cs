using System.Runtime.CompilerServices;
using KsmTools.Rmap;
using KsmTools.Tracing.EventFormats;

namespace KsmTools.Tracing.RingBuffer;

/// <summary>
/// From an rmap event to a record: who, where and when. What it says is <see cref="RmapData{TOrder}"/>'s. A thread mostly walks many times before
/// another one does, so an event whose first bytes are those of the last of its kind begins as a copy of that one's record.
/// </summary>
/// <typeparam name="TOrder">The traced machine's byte order.</typeparam>
internal struct RmapRecordFiller<TOrder>(RecordContext context, int cpu) : IRecordFiller<RmapRecord>
    where TOrder : struct, IByteOrder
{
    private readonly RecordContext _context = context;
    private readonly int _cpu = cpu;
    private RmapData<TOrder> _data = new(context.Functions);
    private Last _start;
    private Last _end;
    private int _lastThread = -1;
    private CommandName _lastName;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public SubBufferFault Fill(RecordLayout layout, ref byte data, int length, long time, ref RmapRecord record)
    {
        RmapLayout rmap = Unsafe.As<RmapLayout>(layout);
        ref Last last = ref rmap.Kind == RmapRecordKind.Start ? ref _start : ref _end;
        if (last.Layout != rmap || last.Head != TOrder.UInt64(ref data))
        {
            return FillAnew(rmap, ref data, length, time, ref record, ref last);
        }

        record = last.Record;
        record.Timestamp = time;
        return RmapData<TOrder>.FillUsual(rmap, ref data, length, ref record);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private SubBufferFault FillAnew(RmapLayout layout, ref byte data, int length, long time, ref RmapRecord record, ref Last last)
    {
        record.Timestamp = time;
        record.TimeUnit = _context.TimeUnit;
        record.Cpu = _cpu;
        SubBufferFault fault = _data.Fill(layout, ref data, length, ref record);
        if (record.ThreadId != _lastThread)
        {
            _lastThread = record.ThreadId;
            _lastName = _context.Threads.Find(record.ThreadId);
        }

        record.Command = _lastName;
        if (layout.IsUsual)
        {
            last.Layout = layout;
            last.Head = TOrder.UInt64(ref data);
            last.Record = record;
            last.Record.PageType = null;
        }

        return fault;
    }

    private struct Last
    {
        public RmapLayout? Layout;
        public ulong Head;
        public RmapRecord Record;
    }
}
