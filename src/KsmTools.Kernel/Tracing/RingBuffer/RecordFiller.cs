using System.Runtime.CompilerServices;
using KsmTools.Files;
using KsmTools.Records;
using KsmTools.Tracing.EventFormats;

namespace KsmTools.Tracing.RingBuffer;

/// <summary>
/// From an event of one CPU to a record: who, where and when. What it says is <see cref="EventData{TOrder}"/>'s. A thread mostly walks many times before
/// another one does, so a walk's event whose first bytes are those of the last of its kind begins as a copy of that one's record.
/// </summary>
/// <typeparam name="TOrder">The traced machine's byte order.</typeparam>
internal struct RecordFiller<TOrder>(BufferContext context, int cpu)
    where TOrder : struct, IByteOrder
{
    private readonly BufferContext _context = context;
    private readonly int _cpu = cpu;
    private EventData<TOrder> _data = new(context.Functions);
    private Last _start;
    private Last _end;
    private int _lastThread = -1;
    private CommandName _lastName;
    private int _namesVersion;

    /// <summary>The kinds of records so far, a bit each.</summary>
    public uint Kinds { get; private set; }

    /// <summary>Asks anew for names that may be others now.</summary>
    public void RenewNames()
    {
        if (_context.Threads.Version != _namesVersion)
        {
            _namesVersion = _context.Threads.Version;
            _lastThread = -1;
            _start = default;
            _end = default;
        }
    }

    /// <summary>Fills a record.</summary>
    /// <param name="layout">The event's layout; it is usable.</param>
    /// <param name="data">The event's data.</param>
    /// <param name="length">Its bytes, at least the layout's <see cref="EventLayout.MinimumLength"/>.</param>
    /// <param name="time">The event's time.</param>
    /// <param name="record">Filled anew, whatever it held.</param>
    /// <returns><see cref="SubBufferFault.None"/>, or what is wrong with the data.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public SubBufferFault Fill(EventLayout layout, ref byte data, int length, long time, ref TraceRecord record)
    {
        ref Last last = ref layout.Kind == TraceRecordKind.Start ? ref _start : ref _end;
        if (last.Layout != layout || last.Head != TOrder.UInt64(ref data))
        {
            return FillAnew(layout, ref data, length, time, ref record, ref last);
        }

        record = last.Record;
        record.Timestamp = time;
        return EventData<TOrder>.FillUsual(layout, ref data, length, ref record);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private SubBufferFault FillAnew(EventLayout layout, ref byte data, int length, long time, ref TraceRecord record, ref Last last)
    {
        record.Timestamp = time;
        record.TimeUnit = _context.TimeUnit;
        record.Cpu = _cpu;
        Kinds |= 1u << (int)layout.Kind;
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
        public EventLayout? Layout;
        public ulong Head;
        public TraceRecord Record;
    }
}
