using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using KsmTools.Records;
using KsmTools.Tracing.EventFormats;
using KsmTools.Tracing.RingBuffer;
using KsmTools.Tracing.Wanted;

namespace KsmTools.Tracing.PerfData;

/// <content>Samples: the parts before an event's own data have lengths that the attribute tells, but for two.</content>
internal sealed partial class PerfDecoder<TOrder>
{
    private string? Sample(ReadOnlySpan<byte> record)
    {
        PerfAttribute? attribute = Attributes.First;
        if (attribute is { IdOffset: >= 0 })
        {
            if (attribute.IdOffset + 8 > record.Length)
            {
                return Messages.ReasonRecordTooShort;
            }

            attribute = Attributes.Find(TOrder.UInt64(ref Unsafe.Add(ref MemoryMarshal.GetReference(record), attribute.IdOffset)));
        }

        if (attribute?.Layout is { } layout)
        {
            return Sample(attribute, layout, record);
        }

        OtherEvents++;
        return null;
    }

    private string? Sample(PerfAttribute attribute, EventLayout layout, ReadOnlySpan<byte> record)
    {
        if (!layout.IsUsable || !attribute.Has(PerfSampleType.Raw))
        {
            UnreadableEvents++;
            FirstUnreadableEvent ??= layout.Name;
            return null;
        }

        int raw = attribute.FixedEnd;
        int frames = 0;
        if (attribute.Has(PerfSampleType.Read | PerfSampleType.CallChain) && !TryPassVariable(attribute, record, ref raw, out frames))
        {
            return Messages.ReasonRecordTooShort;
        }

        // All parts before have 8 bytes each, so this one check is for them too.
        if (record.Length - raw < 4)
        {
            return Messages.ReasonRecordTooShort;
        }

        ReadOnlySpan<byte> chain = record[(raw - (frames * 8))..raw];
        ref byte first = ref MemoryMarshal.GetReference(record);
        uint length = TOrder.UInt32(ref Unsafe.Add(ref first, raw));
        raw += 4;
        if (length > (uint)(record.Length - raw))
        {
            return Messages.ReasonRawOutside;
        }

        if (length < (uint)layout.MinimumLength)
        {
            return Messages.FaultRecordTooShort;
        }

        ulong time = TOrder.UInt64(ref Unsafe.Add(ref first, attribute.TimeOffset));
        if (time >= TimeLimit)
        {
            return Messages.FaultTimeOutOfRange;
        }

        ref PerfEntry entry = ref Queue.Add((long)time);
        entry.Kind = PerfEntryKind.Record;
        entry.Record.Timestamp = (long)time;
        entry.Record.TimeUnit = RmapTimeUnit.Nanoseconds;
        entry.Record.Cpu = attribute.CpuOffset >= 0 ? KnownCpu(TOrder.UInt32(ref Unsafe.Add(ref first, attribute.CpuOffset))) : TraceRecord.AnyCpu;
        if (_filler.Fill(layout, ref Unsafe.Add(ref first, raw), (int)length, ref entry.Record) != SubBufferFault.None)
        {
            Queue.Undo();
            return Messages.FaultStringOutside;
        }

        Kinds |= 1u << (int)layout.Kind;
        _lastTimes.Set(entry.Record.Cpu, (long)time);

        // perf's number is the one of the namespace that perf ran in, as those of names are; the event's own is the machine's.
        if (attribute.ThreadOffset >= 0)
        {
            entry.Record.ThreadId = (int)TOrder.UInt32(ref Unsafe.Add(ref first, attribute.ThreadOffset + 4));
        }

        if (frames > 0 && Wanted.HasStacks)
        {
            AddStack(entry.Record, chain);
        }

        return null;
    }

    // The kernel's part, which a mark is before; marks are the highest addresses (PERF_CONTEXT_MAX).
    private void AddStack(TraceRecord owner, ReadOnlySpan<byte> chain)
    {
        const ulong FirstMark = unchecked((ulong)-4095), KernelMark = unchecked((ulong)-128);
        Span<int> frames = stackalloc int[StackTable.Deepest];
        int count = 0;
        bool isKernel = false;
        for (int at = 0; at < chain.Length && count < frames.Length; at += 8)
        {
            ulong address = Order.UInt64(chain, at);
            if (address >= FirstMark)
            {
                isKernel = address == KernelMark;
            }
            else if (isKernel)
            {
                frames[count++] = _functions.Find(address).Number;
            }
        }

        if (count == 0)
        {
            return;
        }

        StackEvents.Fill(ref owner, Symbols.Stacks, frames[..count]);
        ref PerfEntry entry = ref Queue.Add(owner.Timestamp);
        entry.Kind = PerfEntryKind.Record;
        entry.Record = owner;
        Kinds |= 1u << (int)TraceRecordKind.Stack;
    }

    // PERF_SAMPLE_READ: a value and what read_format adds to it, or of a group that many; PERF_SAMPLE_CALLCHAIN: a number and that many addresses.
    private static bool TryPassVariable(PerfAttribute attribute, ReadOnlySpan<byte> record, ref int position, out int frames)
    {
        frames = 0;
        if (attribute.Has(PerfSampleType.Read))
        {
            PerfReadFormat format = attribute.ReadFormat;
            int times = BitOperations.PopCount((ulong)(format & (PerfReadFormat.TimeEnabled | PerfReadFormat.TimeRunning)));
            int each = 1 + BitOperations.PopCount((ulong)(format & (PerfReadFormat.Id | PerfReadFormat.Lost)));
            ulong count = 1;
            if ((format & PerfReadFormat.Group) != 0 && !TryCount(record, ref position, out count))
            {
                return false;
            }

            if (!TryPass(record, ref position, (ulong)times) || !TryPass(record, ref position, count * (ulong)each))
            {
                return false;
            }
        }

        if (!attribute.Has(PerfSampleType.CallChain))
        {
            return true;
        }

        bool passed = TryCount(record, ref position, out ulong addresses) && TryPass(record, ref position, addresses);
        frames = passed ? (int)addresses : 0;
        return passed;
    }

    // No record has room for more than 8192 numbers.
    private static bool TryCount(ReadOnlySpan<byte> record, ref int position, out ulong count)
    {
        count = position + 8 <= record.Length ? TOrder.UInt64(ref Unsafe.Add(ref MemoryMarshal.GetReference(record), position)) : ulong.MaxValue;
        position += 8;
        return count <= ushort.MaxValue / 8;
    }

    private static bool TryPass(ReadOnlySpan<byte> record, ref int position, ulong words)
    {
        position += (int)words * 8;
        return position <= record.Length;
    }
}
