using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using KsmTools.Rmap;
using KsmTools.Tracing.EventFormats;

namespace KsmTools.Tracing.RingBuffer;

/// <content>From an event's data to a record. What the last event had is kept: the next one mostly has the same.</content>
internal sealed partial class SubBufferDecoder<TOrder>
{
    private int _lastThread = -1;
    private CommandName _lastName;
    private int _lastFlags = -1;
    private ulong _lastSpelled;
    private ulong _lastFunctionAddress;
    private KernelFunction _lastFunction;
    private ulong _lastCallerAddress;
    private KernelFunction _lastCaller;

    private bool TryTime(ulong time, out long shown)
    {
        if (_context.Time is null)
        {
            shown = (long)time;
            return time < TimeLimit;
        }

        Int128 converted = _context.Time.Convert(time, _cpu);
        bool fits = converted > -(Int128)TimeLimit && converted < (Int128)TimeLimit;
        shown = fits ? (long)converted : 0;
        return fits;
    }

    private SubBufferFault Fill(RmapLayout layout, ref byte data, int length, ulong time, ref RmapRecord record)
    {
        if (!TryTime(time, out long shown))
        {
            return SubBufferFault.TimeOutOfRange;
        }

        record.Timestamp = shown;
        record.Kind = layout.Kind;
        record.TimeUnit = _context.TimeUnit;
        record.Cpu = _cpu;
        record.LostCount = 0;
        record.HasAddresses = layout.HasAddresses;
        record.PageType = null;
        record.Function = 0;
        record.Caller = 0;
        int thread;
        int flags;
        if (layout.IsUsual)
        {
            thread = (int)TOrder.UInt32(ref Unsafe.Add(ref data, layout.ThreadId.Offset));
            flags = Unsafe.Add(ref data, layout.Flags.Offset) | (Unsafe.Add(ref data, layout.PreemptCount.Offset) << 8);
            record.Folio = TOrder.UInt64(ref Unsafe.Add(ref data, layout.Folio.Offset));
            record.Rwc = TOrder.UInt64(ref Unsafe.Add(ref data, layout.Rwc.Offset));
            record.Locked = Unsafe.Add(ref data, layout.Locked.Offset) != 0;
        }
        else
        {
            thread = (int)Number(ref data, layout.ThreadId);
            flags = ((int)Number(ref data, layout.Flags) & 0xFF) | (((int)Number(ref data, layout.PreemptCount) & 0xFF) << 8);
            record.Folio = Number(ref data, layout.Folio);
            record.Rwc = Number(ref data, layout.Rwc);
            record.Locked = layout.Locked.Exists ? Number(ref data, layout.Locked) != 0 : null;
            if (layout.Function.Exists)
            {
                Functions(layout, ref data, ref record);
            }
        }

        record.ThreadId = thread;
        if (thread != _lastThread)
        {
            _lastThread = thread;
            _lastName = _context.Threads.Find(thread);
        }

        record.Command = _lastName;
        if (flags != _lastFlags)
        {
            _lastFlags = flags;
            _lastSpelled = LatencyFlags.Spell(flags & 0xFF, flags >> 8);
        }

        record.Flags = _lastSpelled;
        return layout.PageType.Exists ? PageType(layout, ref data, length, ref record) : SubBufferFault.None;
    }

    private void Functions(RmapLayout layout, ref byte data, ref RmapRecord record)
    {
        ulong function = Number(ref data, layout.Function);
        if (function != _lastFunctionAddress)
        {
            _lastFunctionAddress = function;
            _lastFunction = _context.Functions.Find(function);
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
            _lastCaller = _context.Functions.Find(caller);
        }

        record.Caller = _lastCaller.Number;
    }

    private static SubBufferFault PageType(RmapLayout layout, ref byte data, int length, ref RmapRecord record)
    {
        if (layout.PageTypeKind == EventFieldKind.Fixed)
        {
            // A probe that reads folio->mapping's low bits has 3 for KSM, 1 for anon, 0 for file (include/linux/page-flags.h).
            ulong bits = Number(ref data, layout.PageType);
            record.PageType = bits switch
            {
                3 => RmapPageType.Ksm,
                1 => RmapPageType.Anon,
                0 => RmapPageType.File,
                _ => record.PageType,
            };
            return SubBufferFault.None;
        }

        uint location = TOrder.UInt32(ref Unsafe.Add(ref data, layout.PageType.Offset));
        int offset = (int)(location & 0xFFFF) + (layout.PageTypeKind == EventFieldKind.RelativeLocation ? layout.PageType.End : 0);
        int size = (int)(location >> 16);
        if (offset + size > length)
        {
            return SubBufferFault.StringOutside;
        }

        // The three that there are, with the NUL that the kernel puts after them.
        if (size is 4 or 5)
        {
            uint word = Unsafe.ReadUnaligned<uint>(ref Unsafe.Add(ref data, offset));
            byte last = size == 5 ? Unsafe.Add(ref data, offset + 4) : (byte)0;
            RmapPageType? type = last != 0 ? null
                : word == MemoryMarshal.Read<uint>("anon"u8) ? RmapPageType.Anon
                : word == MemoryMarshal.Read<uint>("file"u8) ? RmapPageType.File
                : word == MemoryMarshal.Read<uint>("ksm\0"u8) ? RmapPageType.Ksm
                : null;
            if (type is not null)
            {
                record.PageType = type;
                return SubBufferFault.None;
            }
        }

        ReadOnlySpan<byte> text = MemoryMarshal.CreateReadOnlySpan(ref Unsafe.Add(ref data, offset), size);
        int end = text.IndexOf((byte)0);
        text = end < 0 ? text : text[..end];
        record.PageType = text.SequenceEqual("anon"u8) ? RmapPageType.Anon
            : text.SequenceEqual("file"u8) ? RmapPageType.File
            : text.SequenceEqual("ksm"u8) ? RmapPageType.Ksm
            : record.PageType;
        return SubBufferFault.None;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong Number(ref byte data, NumberField field)
    {
        ref byte at = ref Unsafe.Add(ref data, field.Offset);
        return field.Size switch
        {
            8 => TOrder.UInt64(ref at),
            4 => TOrder.UInt32(ref at),
            2 => TOrder.UInt16(ref at),
            1 => at,
            _ => 0,
        };
    }
}
