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
        (int offset, int size) = field.Kind == EventFieldKind.Fixed
            ? (field.Offset, field.Size)
            : Place<TOrder>(field.Offset, field.End, field.Kind == EventFieldKind.RelativeLocation, ref data);
        if (offset + size > length)
        {
            return default;
        }

        ReadOnlySpan<byte> text = MemoryMarshal.CreateReadOnlySpan(ref Unsafe.Add(ref data, offset), size);
        int end = text.IndexOf((byte)0);
        return end < 0 ? text : text[..end];
    }

    /// <summary>Where a field says that its text is; that may be outside of the record.</summary>
    /// <param name="field">The field's first byte.</param>
    /// <param name="end">The one after its last.</param>
    /// <param name="isRelative">Whether it counts from its own end.</param>
    /// <param name="data">The record's first byte.</param>
    /// <typeparam name="TOrder">The traced machine's byte order.</typeparam>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static (int Offset, int Size) Place<TOrder>(int field, int end, bool isRelative, ref byte data)
        where TOrder : struct, IByteOrder
    {
        uint location = TOrder.UInt32(ref Unsafe.Add(ref data, field));
        return ((int)(location & 0xFFFF) + (isRelative ? end : 0), (int)(location >> 16));
    }
}
