using System.Buffers.Binary;
using System.Runtime.CompilerServices;

namespace KsmTools.Tracing.RingBuffer;

/// <summary>Reads numbers in the traced machine's byte order; a type argument, so that nothing is decided per number.</summary>
internal interface IByteOrder
{
    static abstract ushort UInt16(ref byte at);

    static abstract uint UInt32(ref byte at);

    static abstract ulong UInt64(ref byte at);

    /// <summary>Splits the 32 bits before an event: its type or length, and the time since the event before (libtraceevent's kbuffer does the same).</summary>
    static abstract (uint Type, uint Delta) Split(uint header);
}

internal readonly struct LittleEndian : IByteOrder
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ushort UInt16(ref byte at) =>
        BitConverter.IsLittleEndian ? Unsafe.ReadUnaligned<ushort>(ref at) : BinaryPrimitives.ReverseEndianness(Unsafe.ReadUnaligned<ushort>(ref at));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static uint UInt32(ref byte at) =>
        BitConverter.IsLittleEndian ? Unsafe.ReadUnaligned<uint>(ref at) : BinaryPrimitives.ReverseEndianness(Unsafe.ReadUnaligned<uint>(ref at));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong UInt64(ref byte at) =>
        BitConverter.IsLittleEndian ? Unsafe.ReadUnaligned<ulong>(ref at) : BinaryPrimitives.ReverseEndianness(Unsafe.ReadUnaligned<ulong>(ref at));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static (uint Type, uint Delta) Split(uint header) => (header & 31, header >> 5);
}

internal readonly struct BigEndian : IByteOrder
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ushort UInt16(ref byte at) =>
        BitConverter.IsLittleEndian ? BinaryPrimitives.ReverseEndianness(Unsafe.ReadUnaligned<ushort>(ref at)) : Unsafe.ReadUnaligned<ushort>(ref at);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static uint UInt32(ref byte at) =>
        BitConverter.IsLittleEndian ? BinaryPrimitives.ReverseEndianness(Unsafe.ReadUnaligned<uint>(ref at)) : Unsafe.ReadUnaligned<uint>(ref at);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong UInt64(ref byte at) =>
        BitConverter.IsLittleEndian ? BinaryPrimitives.ReverseEndianness(Unsafe.ReadUnaligned<ulong>(ref at)) : Unsafe.ReadUnaligned<ulong>(ref at);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static (uint Type, uint Delta) Split(uint header) => (header >> 27, header & ((1u << 27) - 1));
}
