using System.Numerics;
using KsmTools.Errors;
using KsmTools.Files;
using KsmTools.Records;
using KsmTools.Tracing.EventFormats;
using KsmTools.Tracing.RingBuffer;
using KsmTools.Tracing.Wanted;

namespace KsmTools.Tracing.PerfData;

/// <inheritdoc/>
/// <typeparam name="TOrder">The recording machine's byte order.</typeparam>
internal sealed partial class PerfDecoder<TOrder>(string path, WantedEvents wanted, SymbolTable symbols) : PerfDecoder(path, wanted, symbols)
    where TOrder : struct, IByteOrder
{
    // Times of any clock stay below 2^62 (146 years of nanoseconds), so that the difference of two fits.
    private const ulong TimeLimit = 1UL << 62;

    private const int MaximumCpu = 65_535;

    private LostTally _marked;
    private LastTimes _lastTimes = new();
    private long? _lost;
    private KernelSymbols _functions = new(() => default, symbols);
    private EventData<TOrder> _filler = new(new KernelSymbols(() => default, symbols));
    private PerfAttribute? _added;

    public override ByteOrder Order { get; } = new(typeof(TOrder) == typeof(BigEndian));

    public override int AddAttribute(ReadOnlySpan<byte> bytes, bool withIds)
    {
        int length = bytes.Length < PerfAttribute.LeastLength ? 0 : PerfAttribute.LengthOf(bytes, Order);
        if (length == 0 || length > bytes.Length || Attributes.Count >= PerfAttributes.MostAttributes)
        {
            return 0;
        }

        _added = PerfAttribute.Read(bytes, Order);
        Attributes.Add(_added);
        if (withIds)
        {
            AddIds(bytes[length..]);
        }

        return length;
    }

    public override void AddIds(ReadOnlySpan<byte> bytes)
    {
        for (int at = 0; at + 8 <= bytes.Length && Attributes.Ids < PerfAttributes.MostIds; at += 8)
        {
            Attributes.AddId(Order.UInt64(bytes, at), _added!);
        }
    }

    public override void SetTracingData(PerfTracingData data)
    {
        _functions = new KernelSymbols(() => data.KernelSymbols, Symbols);
        _filler = new EventData<TOrder>(_functions);
        EventLayouts layouts;
        try
        {
            layouts = EventLayouts.From(data.Formats, Wanted, Path);
        }
        catch (KsmToolsException failure)
        {
            throw PerfDataFailure.Of(failure);
        }

        Attributes.Bind(layouts);
    }

    public override string? Decode(uint type, ushort misc, ReadOnlySpan<byte> record)
    {
        switch (type)
        {
            case PerfRecordType.Sample:
                return Sample(record);
            case PerfRecordType.ThreadName:
                return ThreadName(record);
            case PerfRecordType.Fork:
                return Fork(record);
            case PerfRecordType.Lost when Attributes.HasWantedEvents:
                return Lost(record);
            case PerfRecordType.LostSamples when Attributes.HasWantedEvents && (misc & PerfRecordType.MiscFiltered) == 0:
                return LostSamples(record);
            case PerfRecordType.CpuMap:
                CpuCount = CpusOf(record);
                return null;
            default:
                return null;
        }
    }

    // struct: u32 pid, tid; char comm[]
    private string? ThreadName(ReadOnlySpan<byte> record)
    {
        const int Thread = 12, Text = 16;
        PerfTrailer? trailer = TrailerOf(record, out _);
        int end = record.Length - (trailer?.Length ?? 0);
        if (end <= Text)
        {
            return Messages.ReasonRecordTooShort;
        }

        ReadOnlySpan<byte> name = record[Text..end];
        int length = name.IndexOf((byte)0);
        CommandName command = CommandName.From(length < 0 ? name : name[..length], Symbols);
        int thread = (int)Order.UInt32(record, Thread);
        if (!TryTime(record, trailer, out long time))
        {
            return Messages.FaultTimeOutOfRange;
        }

        if (time == 0)
        {
            Threads.Name(thread, command);
            return null;
        }

        ref PerfEntry entry = ref Queue.Add(time);
        entry.Kind = PerfEntryKind.Name;
        entry.Record.ThreadId = thread;
        entry.Record.Command = command;
        return null;
    }

    // struct: u32 pid, ppid, tid, ptid; u64 time
    private string? Fork(ReadOnlySpan<byte> record)
    {
        const int Thread = 16, ParentThread = 20, Length = 32;
        PerfTrailer? trailer = TrailerOf(record, out _);
        if (record.Length - (trailer?.Length ?? 0) < Length)
        {
            return Messages.ReasonRecordTooShort;
        }

        int thread = (int)Order.UInt32(record, Thread);
        int parent = (int)Order.UInt32(record, ParentThread);
        if (!TryTime(record, trailer, out long time))
        {
            return Messages.FaultTimeOutOfRange;
        }

        if (time == 0)
        {
            Threads.Fork(thread, parent);
            return null;
        }

        ref PerfEntry entry = ref Queue.Add(time);
        entry.Kind = PerfEntryKind.Fork;
        entry.Record.ThreadId = thread;
        entry.Parent = parent;
        return null;
    }

    // struct: u64 id, lost. The id is of the event that was next in the same buffer, not of those that were lost; and what was lost after the last event nobody says.
    private string? Lost(ReadOnlySpan<byte> record)
    {
        const int Count = 16, Length = 24;
        PerfTrailer? trailer = TrailerOf(record, out _);
        if (record.Length - (trailer?.Length ?? 0) < Length)
        {
            return Messages.ReasonRecordTooShort;
        }

        ulong lost = Math.Min(Order.UInt64(record, Count), int.MaxValue);
        int cpu = Cpu(record, trailer);
        if (!TryTime(record, trailer, out long time))
        {
            return Messages.FaultTimeOutOfRange;
        }

        // Samples were lost at any time since the last one of this CPU: two marks bound it.
        time = time == 0 ? Queue.Latest : time;
        Mark(Queue.Since(_lastTimes.Of(cpu)), TraceRecord.LostPlace(cpu));
        Mark(time, TraceRecord.LostAtLeast(cpu, (long)lost));
        _lastTimes.Set(cpu, time);
        return null;
    }

    // struct: u64 lost. At its end perf record asks the kernel how much each event lost on each CPU in all (PERF_FORMAT_LOST, Linux 6.1), and tells which by the id: the
    // CPU is always 0. The marks of Lost told the same by places, for all events of a buffer together.
    private string? LostSamples(ReadOnlySpan<byte> record)
    {
        const int Count = 8, Length = 16;
        PerfTrailer? trailer = TrailerOf(record, out PerfAttribute? attribute);
        if (record.Length - (trailer?.Length ?? 0) < Length)
        {
            return Messages.ReasonRecordTooShort;
        }

        // Without that format the record is the kernel's own, of an event's hardware buffer.
        bool isWanted = trailer is not { FromId: > 0 } || attribute?.Layout is not null;
        if (isWanted && (attribute?.ReadFormat & PerfReadFormat.Lost) != 0)
        {
            _lost = (_lost ?? 0) + (long)Math.Min(Order.UInt64(record, Count), int.MaxValue);
        }

        return null;
    }

    // struct: u16 type; then of a list u16 nr, cpu[]; of a mask u16 nr, long_size, words; of a range u8 any_cpu, unused; u16 start_cpu, end_cpu.
    private int CpusOf(ReadOnlySpan<byte> record)
    {
        const int Type = 8, Number = 10, Mask = 14, Start = 12, End = 14, Length = 16;
        const ushort List = 0, Bits = 1, Range = 2;
        return record.Length < Length ? 0 : Order.UInt16(record, Type) switch
        {
            List => Order.UInt16(record, Number),
            Bits => CountBits(record[Mask..]),
            Range => Order.UInt16(record, End) - Order.UInt16(record, Start) + 1,
            _ => 0,
        };
    }

    private static int CountBits(ReadOnlySpan<byte> bytes)
    {
        int count = 0;
        foreach (byte value in bytes)
        {
            count += BitOperations.PopCount(value);
        }

        return count;
    }

    public override void End()
    {
        if (_lost is { } lost && _marked.CorrectedTo(TraceRecord.AnyCpu, lost) is { } correction)
        {
            Mark(Queue.Latest, correction);
        }
    }

    private void Mark(long time, in TraceRecord mark)
    {
        _marked.Add(mark);
        ref PerfEntry entry = ref Queue.Add(time);
        entry.Kind = PerfEntryKind.Record;
        entry.Record = mark;
        entry.Record.Timestamp = time;
    }

    private PerfTrailer? TrailerOf(ReadOnlySpan<byte> record, out PerfAttribute? attribute)
    {
        attribute = Attributes.First;
        if (attribute?.Trailer is not { } trailer || record.Length < PerfRecords.HeaderLength + trailer.Length)
        {
            return null;
        }

        if (trailer.FromId > 0)
        {
            // What perf makes up itself has zeros there, and then the first one's parts.
            attribute = Attributes.Find(Order.UInt64(record, record.Length - trailer.FromId));
            trailer = attribute?.Trailer ?? trailer;
        }

        return record.Length < PerfRecords.HeaderLength + trailer.Length ? null : trailer;
    }

    // 0 where there is none: such a record counts from where it is in the file.
    private bool TryTime(ReadOnlySpan<byte> record, PerfTrailer? trailer, out long time)
    {
        ulong value = trailer is { FromTime: > 0 } ? Order.UInt64(record, record.Length - trailer.FromTime) : 0;
        time = value == ulong.MaxValue ? 0 : (long)value;
        return time is >= 0 and < (long)TimeLimit;
    }

    private int Cpu(ReadOnlySpan<byte> record, PerfTrailer? trailer) =>
        trailer is { FromCpu: > 0 } ? KnownCpu(Order.UInt32(record, record.Length - trailer.FromCpu)) : TraceRecord.AnyCpu;

    private static int KnownCpu(uint cpu) => cpu <= MaximumCpu ? (int)cpu : TraceRecord.AnyCpu;
}
