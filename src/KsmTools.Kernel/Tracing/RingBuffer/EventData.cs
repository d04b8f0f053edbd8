using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using KsmTools.Files;
using KsmTools.Records;
using KsmTools.Tracing.EventFormats;
using KsmTools.Tracing.Wanted;

namespace KsmTools.Tracing.RingBuffer;

/// <summary>
/// Makes a record of an event's data, which is the same in the ring buffer and in perf's samples. What the last event had is kept: the next
/// one mostly has the same. It is a part of its decoder, and must not be copied.
/// </summary>
/// <typeparam name="TOrder">The traced machine's byte order.</typeparam>
internal struct EventData<TOrder>(KernelSymbols functions)
    where TOrder : struct, IByteOrder
{
    private int _lastFlags = -1;
    private ulong _lastSpelled;
    private ulong _lastFunctionAddress;
    private KernelFunction _lastFunction;
    private ulong _lastCallerAddress;
    private KernelFunction _lastCaller;

    /// <summary>Fills all but the time, the CPU and the thread's name.</summary>
    /// <param name="layout">The event's layout; it is usable.</param>
    /// <param name="data">The first byte, which is that of <c>common_type</c>.</param>
    /// <param name="length">Bytes there are: no less than <see cref="EventLayout.MinimumLength"/>.</param>
    /// <param name="record">The record.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public SubBufferFault Fill(EventLayout layout, ref byte data, int length, ref TraceRecord record)
    {
        record.Kind = layout.Kind;
        if (!layout.IsUsual)
        {
            return FillAny(layout, ref data, length, ref record);
        }

        record.ThreadId = (int)TOrder.UInt32(ref Unsafe.Add(ref data, layout.ThreadId.Offset));
        record.Flags = Flags(Unsafe.Add(ref data, layout.Flags.Offset), Unsafe.Add(ref data, layout.PreemptCount.Offset));
        record.SetNative();
        record.PageType = null;
        return FillUsual(layout, ref data, length, ref record);
    }

    /// <summary>Fills what differs between the events of one kind and one thread.</summary>
    /// <param name="layout">A layout that <see cref="EventLayout.IsUsual"/>.</param>
    /// <param name="data">As for <see cref="Fill"/>.</param>
    /// <param name="length">As for <see cref="Fill"/>.</param>
    /// <param name="record">The record, whose page type is null.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static SubBufferFault FillUsual(EventLayout layout, ref byte data, int length, ref TraceRecord record)
    {
        record.Folio = TOrder.UInt64(ref Unsafe.Add(ref data, layout.Folio.Offset));
        record.Rwc = TOrder.UInt64(ref Unsafe.Add(ref data, layout.Rwc.Offset));
        record.Locked = Unsafe.Add(ref data, layout.Locked.Offset) != 0;
        return layout.PageType.Exists ? PageType(layout, ref data, length, ref record) : SubBufferFault.None;
    }

    private SubBufferFault FillAny(EventLayout layout, ref byte data, int length, ref TraceRecord record)
    {
        record.ThreadId = (int)Number(ref data, layout.ThreadId, isSigned: true);
        record.Flags = Flags((byte)Number(ref data, layout.Flags), (byte)Number(ref data, layout.PreemptCount));
        record.ClearValues();
        ReadOnlySpan<NumberField> numbers = layout.Numbers;
        for (int i = 0; i < numbers.Length; i++)
        {
            if (numbers[i].Exists)
            {
                record.Set(layout.Place(i), Number(ref data, numbers[i], layout.IsSigned(i)));
            }
        }

        if (layout.Locked.Exists)
        {
            record.Locked = Number(ref data, layout.Locked) != 0;
        }

        if (layout.Function.Exists)
        {
            Functions(layout, ref data, ref record);
        }

        if (layout.Stack.Exists)
        {
            Stack(layout, ref data, length, ref record);
        }

        return layout.PageType.Exists ? PageType(layout, ref data, length, ref record) : SubBufferFault.None;
    }

    private ulong Flags(byte flags, byte preemptCount)
    {
        int both = flags | (preemptCount << 8);
        if (both != _lastFlags)
        {
            _lastFlags = both;
            _lastSpelled = LatencyFlags.Spell(flags, preemptCount);
        }

        return _lastSpelled;
    }

    private void Functions(EventLayout layout, ref byte data, ref TraceRecord record)
    {
        ulong function = Number(ref data, layout.Function);
        if (function != _lastFunctionAddress)
        {
            _lastFunctionAddress = function;
            _lastFunction = functions.Find(function);
        }

        record.Function = _lastFunction.Number;
        record.PageType = _lastFunction.PageType;
        if (!layout.Caller.Exists)
        {
            return;
        }

        ulong caller = Number(ref data, layout.Caller);
        if (caller != _lastCallerAddress)
        {
            _lastCallerAddress = caller;
            _lastCaller = functions.Find(caller);
        }

        record.Caller = _lastCaller.Number;
    }

    // As many as the event says, and as its data has; kernels that did not count them ended them with a word of ones.
    private readonly void Stack(EventLayout layout, ref byte data, int length, ref TraceRecord record)
    {
        NumberField field = layout.Stack;
        ulong most = Math.Min(record[StackEvents.Count] ?? StackTable.Deepest, StackTable.Deepest);
        ulong none = field.Size == sizeof(ulong) ? ulong.MaxValue : uint.MaxValue;
        Span<int> frames = stackalloc int[StackTable.Deepest];
        int count = 0;
        for (; count < (int)most && field.End <= length; field = new NumberField(field.End, field.Size))
        {
            ulong address = Number(ref data, field);
            if (address == none)
            {
                break;
            }

            frames[count++] = functions.Find(address).Number;
        }

        StackEvents.Fill(ref record, functions.Stacks, frames[..count]);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static SubBufferFault PageType(EventLayout layout, ref byte data, int length, ref TraceRecord record)
    {
        if (layout.PageTypeKind == EventFieldKind.Fixed)
        {
            Bits(Number(ref data, layout.PageType), ref record);
            return SubBufferFault.None;
        }

        (int offset, int size) = EventText.Place<TOrder>(layout.PageType.Offset, layout.PageType.End, layout.PageTypeKind == EventFieldKind.RelativeLocation, ref data);
        if (offset + size > length)
        {
            return SubBufferFault.StringOutside;
        }

        // The three that there are, with the NUL that the kernel puts after them.
        ref byte text = ref Unsafe.Add(ref data, offset);
        if (size == 4 || (size == 5 && Unsafe.Add(ref text, 4) == 0))
        {
            uint word = Unsafe.ReadUnaligned<uint>(ref text);
            if (word == MemoryMarshal.Read<uint>("anon"u8))
            {
                record.PageType = RmapPageType.Anon;
                return SubBufferFault.None;
            }

            if (word == MemoryMarshal.Read<uint>("file"u8))
            {
                record.PageType = RmapPageType.File;
                return SubBufferFault.None;
            }

            if (word == MemoryMarshal.Read<uint>("ksm\0"u8))
            {
                record.PageType = RmapPageType.Ksm;
                return SubBufferFault.None;
            }
        }

        Name(MemoryMarshal.CreateReadOnlySpan(ref text, size), ref record);
        return SubBufferFault.None;
    }

    // A probe that reads folio->mapping's low bits has 3 for KSM, 1 for anon, 0 for file (include/linux/page-flags.h).
    private static void Bits(ulong bits, ref TraceRecord record) => record.PageType = bits switch
    {
        3 => RmapPageType.Ksm,
        1 => RmapPageType.Anon,
        0 => RmapPageType.File,
        _ => record.PageType,
    };

    private static void Name(ReadOnlySpan<byte> text, ref TraceRecord record)
    {
        int end = text.IndexOf((byte)0);
        text = end < 0 ? text : text[..end];
        record.PageType = text.SequenceEqual("anon"u8) ? RmapPageType.Anon
            : text.SequenceEqual("file"u8) ? RmapPageType.File
            : text.SequenceEqual("ksm"u8) ? RmapPageType.Ksm
            : record.PageType;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong Number(ref byte data, NumberField field, bool isSigned = false)
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
