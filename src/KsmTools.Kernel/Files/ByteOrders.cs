using System.Buffers.Binary;
using System.Runtime.CompilerServices;

namespace KsmTools.Files;

/// <summary>Reads numbers in a machine's byte order; a type argument, so that nothing is decided per number.</summary>
internal interface IByteOrder
{
    static abstract ushort UInt16(ref byte at);

    static abstract uint UInt32(ref byte at);

    static abstract ulong UInt64(ref byte at);

    /// <summary>Splits a word whose bits C declares as two members: the first has the lowest bits, or on the other machines the highest.</summary>
    static abstract (uint First, uint Second) Split(uint word, int firstBits);
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
    public static (uint First, uint Second) Split(uint word, int firstBits) => (word & ((1u << firstBits) - 1), word >> firstBits);
}

internal readonly struct BigEndian : IByteOrder
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ushort UInt16(ref byte at) => BinaryPrimitives.ReverseEndianness(LittleEndian.UInt16(ref at));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static uint UInt32(ref byte at) => BinaryPrimitives.ReverseEndianness(LittleEndian.UInt32(ref at));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong UInt64(ref byte at) => BinaryPrimitives.ReverseEndianness(LittleEndian.UInt64(ref at));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static (uint First, uint Second) Split(uint word, int firstBits) => (word >> (32 - firstBits), word & (uint.MaxValue >> firstBits));
}
