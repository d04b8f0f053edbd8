using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using KsmTools.Tracing.RingBuffer;

namespace KsmTools.Tracing.PerfData;

/// <summary>Numbers of a record; an offset outside it is an exception, as of a span.</summary>
internal static class PerfNumber
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static uint UInt32<TOrder>(ReadOnlySpan<byte> record, int offset)
        where TOrder : struct, IByteOrder
        => TOrder.UInt32(ref MemoryMarshal.GetReference(record.Slice(offset, 4)));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong UInt64<TOrder>(ReadOnlySpan<byte> record, int offset)
        where TOrder : struct, IByteOrder
        => TOrder.UInt64(ref MemoryMarshal.GetReference(record.Slice(offset, 8)));
}
