using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using KsmTools.Files;
using KsmTools.Records;
using KsmTools.Tracing.EventFormats;

namespace KsmTools.Tracing.RingBuffer;

/// <inheritdoc/>
/// <typeparam name="TOrder">The traced machine's byte order.</typeparam>
internal sealed class SubBufferDecoder<TOrder> : SubBufferDecoder
    where TOrder : struct, IByteOrder
{
    // The 32 bits before an event: its type or length, and the time since the event before.
    private const int TypeBits = 5;

    // A time stamp event holds 59 bits (TS_SHIFT and TS_MSB in ring_buffer.c).
    private const int ExtendShift = 27;
    private const ulong TimeTop = 0xF8UL << 56;

    // Times of any clock stay below 2^62 (146 years of nanoseconds), so that the difference of two fits.
    private const ulong TimeLimit = 1UL << 62;

    // TASK_COMM_LEN (include/linux/sched.h), with its NUL.
    private const int LongestName = 15;

    private readonly BufferContext _context;
    private readonly EventLayouts _layouts;
    private readonly NamingEvents? _naming;
    private readonly ITimeConversion? _conversion;
    private readonly int _typeOffset;
    private readonly int _cpu;
    private readonly EventLayout? _first;
    private readonly EventLayout? _second;
    private int _position;
    private int _end;
    private ulong _time;
    private bool _hasRead;
    private bool _hasLost;
    private ulong? _lostSince;
    private TraceRecord _mark;

    // Whether the event before was a wanted one, so that a call chain that follows is wanted, too.
    private bool _ownsStack;
    private RecordFiller<TOrder> _filler;

    public SubBufferDecoder(BufferContext context, int cpu)
    {
        _context = context;
        _filler = new RecordFiller<TOrder>(context, cpu);
        _layouts = context.Layouts;
        _naming = context.Naming;
        _conversion = context.Time;
        _typeOffset = _layouts.Type.Offset;
        _cpu = cpu;
        (_first, _second) = _layouts.FirstTwo;
    }

    public override long LastTime => (long)_time;

    public override uint Kinds => _filler.Kinds;

    public override bool HasLoss => _hasLost;

    public override long LossOfMark => _mark.KnownLost;

    public override void CountLoss(long events) => _mark = events > 0 ? TraceRecord.Lost(_cpu, events) : TraceRecord.LostPlace(_cpu);

    public override void Start(ReadOnlySpan<byte> page, bool isCut)
    {
        SubBufferHeader header = _context.Header;
        IsDone = true;
        Fault = SubBufferFault.None;
        _hasLost = false;
        _filler.RenewNames();
        if (page.Length < header.DataOffset)
        {
            Fail(isCut ? SubBufferFault.EventOutside : SubBufferFault.HeaderOutside, 0);
            return;
        }

        ref byte first = ref MemoryMarshal.GetReference(page);
        ref byte commitWord = ref Unsafe.Add(ref first, header.CommitOffset);
        ulong commit = header.CommitSize == 8 ? TOrder.UInt64(ref commitWord) : TOrder.UInt32(ref commitWord);
        int size = (int)(commit & CommitWord.Size);
        int room = page.Length - header.DataOffset;
        if (size > room)
        {
            if (!isCut)
            {
                Fail(SubBufferFault.CommitOutside, header.CommitOffset);
                return;
            }

            size = room;
        }

        ulong before = _time;
        _time = TOrder.UInt64(ref Unsafe.Add(ref first, header.TimestampOffset));
        _position = header.DataOffset;
        _end = header.DataOffset + size;
        if ((commit & CommitWord.MissedEvents) != 0)
        {
            _hasLost = true;
            _lostSince = _hasRead ? before : null;
            _ownsStack = false;
            ulong lost = 0;
            if ((commit & CommitWord.MissedStored) != 0 && room - size >= header.CommitSize)
            {
                ref byte count = ref Unsafe.Add(ref first, _end);
                lost = header.CommitSize == 8 ? TOrder.UInt64(ref count) : TOrder.UInt32(ref count);
            }

            _mark = TraceRecord.Lost(_cpu, lost <= int.MaxValue ? (long)lost : 0);
        }

        _hasRead = true;
        IsDone = false;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override int Decode(ReadOnlySpan<byte> page, Span<TraceRecord> records)
    {
        if (IsDone || records.IsEmpty)
        {
            return 0;
        }

        ArgumentOutOfRangeException.ThrowIfGreaterThan(_end, page.Length);
        int count = 0;
        if (_hasLost && !TryLose(records, ref count))
        {
            return count;
        }

        ref byte first = ref MemoryMarshal.GetReference(page);
        int position = _position;
        int end = _end;
        ulong time = _time;
        while (position < end)
        {
            if (count == records.Length)
            {
                _position = position;
                _time = time;
                return count;
            }

            if (end - position < 4)
            {
                Fail(SubBufferFault.EventOutside, position);
                return count;
            }

            (uint type, uint delta) = TOrder.Split(TOrder.UInt32(ref Unsafe.Add(ref first, position)), TypeBits);
            int record = position + 4;
            uint length = type * 4;
            if (type is 0 or >= EventHeader.Padding)
            {
                // Padding without time fills the rest of the sub-buffer; its second word may not be there.
                if (type == EventHeader.Padding && delta == 0)
                {
                    break;
                }

                if (end - record < 4)
                {
                    Fail(SubBufferFault.EventOutside, position);
                    return count;
                }

                uint word = TOrder.UInt32(ref Unsafe.Add(ref first, record));
                if (type == EventHeader.TimeExtend)
                {
                    time += ((ulong)word << ExtendShift) + delta;
                    position = record + 4;
                    continue;
                }

                if (type == EventHeader.TimeStamp)
                {
                    time = Absolute(((ulong)word << ExtendShift) + delta, time);
                    position = record + 4;
                    continue;
                }

                if (word < 4)
                {
                    Fail(SubBufferFault.LengthTooSmall, record);
                    return count;
                }

                // A discarded event's length counts from this word on; a long event's includes this word, and its data is padded to four bytes.
                if (type == EventHeader.Padding)
                {
                    length = word;
                }
                else
                {
                    record += 4;
                    length = word > int.MaxValue ? word : (word - 1) & ~3u;
                }
            }

            if (length > (uint)(end - record))
            {
                Fail(SubBufferFault.EventOutside, position);
                return count;
            }

            time += delta;
            position = record + (int)length;
            if (type == EventHeader.Padding || length < (uint)_typeOffset + 2)
            {
                continue;
            }

            ref byte data = ref Unsafe.Add(ref first, record);
            int id = TOrder.UInt16(ref Unsafe.Add(ref data, _typeOffset));
            EventLayout? layout = Layout(id);
            if (layout is null)
            {
                OtherEvents++;
                _ownsStack = false;
                if (_naming is not null)
                {
                    LearnNames(_naming.Find(id), ref data, (int)length);
                }

                continue;
            }

            if (layout.Kind == TraceRecordKind.Stack && !_ownsStack)
            {
                OtherEvents++;
                continue;
            }

            if (!layout.IsUsable)
            {
                UnreadableEvents++;
                FirstUnreadableEvent ??= layout.Name;
                continue;
            }

            SubBufferFault fault = length < (uint)layout.MinimumLength ? SubBufferFault.RecordTooShort
                : !TryTime(time, out long shown) ? SubBufferFault.TimeOutOfRange
                : _filler.Fill(layout, ref data, (int)length, shown, ref records[count]);
            if (fault != SubBufferFault.None)
            {
                Fail(fault, record);
                return count;
            }

            _ownsStack = layout.Kind != TraceRecordKind.Stack;
            count++;
        }

        _time = time;
        IsDone = true;
        return count;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private EventLayout? Layout(int id) =>
        _first is null ? null
        : id == _first.Id ? _first
        : _second is null ? null
        : id == _second.Id ? _second
        : _layouts.Find(id);

    [MethodImpl(MethodImplOptions.NoInlining)]
    private void LearnNames(ReadOnlySpan<ThreadNaming> namings, ref byte data, int length)
    {
        foreach (ThreadNaming naming in namings)
        {
            if (naming.End > length)
            {
                continue;
            }

            int thread = (int)TOrder.UInt32(ref Unsafe.Add(ref data, naming.Thread.Offset));
            ReadOnlySpan<byte> name = EventText.Of<TOrder>(naming.Name, ref data, length);
            if (naming.IsPath)
            {
                name = name[(name.LastIndexOf((byte)'/') + 1)..];
                name = name[..Math.Min(name.Length, LongestName)];
            }

            _context.Threads.Learn(thread, name);
        }

        _filler.RenewNames();
    }

    // Events were lost at any time since the last one of this CPU. Two marks bound that time, so that nothing is paired across either: meanwhile a walk may have ended here,
    // and another begun that ended on another CPU.
    private bool TryLose(Span<TraceRecord> records, ref int count)
    {
        if (_lostSince is { } since)
        {
            if (!TryMark(TraceRecord.LostPlace(_cpu), since, records, ref count))
            {
                return false;
            }

            _lostSince = null;
            if (count == records.Length)
            {
                return false;
            }
        }

        _hasLost = false;
        return TryMark(_mark, _time, records, ref count);
    }

    private bool TryMark(in TraceRecord mark, ulong time, Span<TraceRecord> records, ref int count)
    {
        if (!TryTime(time, out long at))
        {
            Fail(SubBufferFault.TimeOutOfRange, 0);
            return false;
        }

        records[count] = mark;
        records[count++].Timestamp = at;
        LostTally lost = Lost;
        lost.Add(mark);
        Lost = lost;
        Marks++;
        return true;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private bool TryTime(ulong time, out long shown)
    {
        shown = (long)time;
        return _conversion is null ? time < TimeLimit : TryConvert(_conversion, time, out shown);
    }

    private bool TryConvert(ITimeConversion conversion, ulong time, out long shown)
    {
        Int128 converted = conversion.Convert(time, _cpu);
        bool fits = converted > -(Int128)TimeLimit && converted < (Int128)TimeLimit;
        shown = fits ? (long)converted : 0;
        return fits;
    }

    private static ulong Absolute(ulong stamp, ulong time)
    {
        // As rb_fix_abs_ts: where the top bits of the time so far are set, the stamp has them too, or the next ones if it went over.
        if ((time & TimeTop) == 0)
        {
            return stamp;
        }

        stamp |= time & TimeTop;
        return stamp < time ? stamp + (1UL << 59) : stamp;
    }

    private void Fail(SubBufferFault fault, int offset)
    {
        Fault = fault;
        FaultOffset = offset;
        IsDone = true;
    }
}
