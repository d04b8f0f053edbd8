using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace KsmTools.Tracing.Wanted;

/// <summary>Numbers in ASCII, eight or sixteen characters at a time.</summary>
internal static class Digits
{
    private const ulong Zeros = 0x3030_3030_3030_3030;
    private const ulong Highs = 0x8080_8080_8080_8080;

    /// <summary>How many of the eight characters, from the first on, are decimal digits.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int CountLeading(ulong text)
    {
        ulong value = text ^ Zeros;
        ulong others = (value | (value + 0x7676_7676_7676_7676)) & Highs;
        return others == 0 ? 8 : BitOperations.TrailingZeroCount(others) >> 3;
    }

    /// <summary>The number that the last <paramref name="count"/> of eight characters spell; they are digits.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static uint Last(ulong text, int count) => Eight((text ^ Zeros) & (count == 0 ? 0 : ulong.MaxValue << (64 - (8 * count))));

    /// <summary>The number that the first <paramref name="count"/> (1 to 8) of eight characters spell; they are digits.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static uint First(ulong text, int count) => Eight((text ^ Zeros) << (64 - (8 * count)));

    /// <summary>Three decimal digits, the first in the lowest byte.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool TryThree(uint text, out int value)
    {
        uint digits = text ^ 0x30_3030;
        value = (int)(((digits & 0xFF) * 100) + ((digits >> 8 & 0xFF) * 10) + (digits >> 16));
        return ((digits | (digits + 0x76_7676)) & 0x80_8080) == 0;
    }

    /// <summary>Sixteen hexadecimal digits, twice.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool TryHex16(Vector128<byte> first, Vector128<byte> second, out ulong value, out ulong other)
    {
        Vector256<byte> text = Vector256.Create(first, second);
        Vector256<byte> digit = text - Vector256.Create((byte)'0');
        Vector256<byte> letter = (text | Vector256.Create((byte)0x20)) - Vector256.Create((byte)'a');
        Vector256<byte> isDigit = Vector256.LessThan(digit, Vector256.Create((byte)10));
        Vector256<byte> isLetter = Vector256.LessThan(letter, Vector256.Create((byte)6));
        Vector256<ushort> nibbles = Vector256.ConditionalSelect(isDigit, digit, letter + Vector256.Create((byte)10)).AsUInt16();
        Vector256<ushort> pairs = ((nibbles << 4) | (nibbles >> 8)) & Vector256.Create((ushort)0xFF);
        Vector128<ulong> both = Vector128.Narrow(pairs.GetLower(), pairs.GetUpper()).AsUInt64();
        value = System.Buffers.Binary.BinaryPrimitives.ReverseEndianness(both.ToScalar());
        other = System.Buffers.Binary.BinaryPrimitives.ReverseEndianness(both.GetElement(1));
        return (isDigit | isLetter) == Vector256<byte>.AllBitsSet;
    }

    /// <summary>One to sixteen hexadecimal digits, with or without 0x.</summary>
    public static bool TryHex(ReadOnlySpan<byte> text, out ulong value)
    {
        if (text.StartsWith("0x"u8))
        {
            text = text[2..];
        }

        value = 0;
        if (text.Length is 0 or > 16)
        {
            return false;
        }

        foreach (byte character in text)
        {
            int nibble = character switch
            {
                >= (byte)'0' and <= (byte)'9' => character - '0',
                >= (byte)'a' and <= (byte)'f' => character - 'a' + 10,
                >= (byte)'A' and <= (byte)'F' => character - 'A' + 10,
                _ => -1,
            };
            if (nibble < 0)
            {
                return false;
            }

            value = (value << 4) | (uint)nibble;
        }

        return true;
    }

    /// <summary>Decimal digits and nothing else, up to 2^63 - 1.</summary>
    public static bool TryDecimal(ReadOnlySpan<byte> text, out long value)
    {
        value = 0;
        if (text.Length is 0 or > 19)
        {
            return false;
        }

        ulong sum = 0;
        foreach (byte character in text)
        {
            uint digit = (uint)character - '0';
            if (digit > 9)
            {
                return false;
            }

            sum = (sum * 10) + digit;
        }

        value = (long)sum;
        return sum <= long.MaxValue;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static uint Eight(ulong value)
    {
        value = (value * 10) + (value >> 8);
        return (uint)((((value & 0x0000_00FF_0000_00FF) * 0x000F_4240_0000_0064)
            + (((value >> 16) & 0x0000_00FF_0000_00FF) * 0x0000_2710_0000_0001)) >> 32);
    }
}
