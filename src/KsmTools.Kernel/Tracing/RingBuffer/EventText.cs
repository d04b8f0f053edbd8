using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using KsmTools.Files;
using KsmTools.Tracing.EventFormats;

namespace KsmTools.Tracing.RingBuffer;

/// <summary>The text of an event's field.</summary>
internal static class EventText
{
    /// <summary>Up to its NUL; empty where it is said to be outside of the record.</summary>
    /// <param name="field">The field, which ends within the record.</param>
    /// <param name="data">The record's first byte.</param>
    /// <param name="length">Its bytes.</param>
    /// <typeparam name="TOrder">The traced machine's byte order.</typeparam>
    public static ReadOnlySpan<byte> Of<TOrder>(EventField field, ref byte data, int length)
        where TOrder : struct, IByteOrder
    {
        (int offset, int size) = (field.Offset, field.Size);
        if (field.Kind != EventFieldKind.Fixed)
        {
            uint location = TOrder.UInt32(ref Unsafe.Add(ref data, field.Offset));
            offset = (int)(location & 0xFFFF) + (field.Kind == EventFieldKind.RelativeLocation ? field.End : 0);
            size = (int)(location >> 16);
        }

        if (offset + size > length)
        {
            return default;
        }

        ReadOnlySpan<byte> text = MemoryMarshal.CreateReadOnlySpan(ref Unsafe.Add(ref data, offset), size);
        int end = text.IndexOf((byte)0);
        return end < 0 ? text : text[..end];
    }
}
