using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using KsmTools.Records;
using KsmTools.Tracing.Wanted;

namespace KsmTools.Tracing.TraceText;

/// <summary>What the lines of tracefs and of perf script have in common, read several characters at a time. All of it may look past the line's end.</summary>
internal static class LineWords
{
    /// <summary><c>%5lu.%06lu: </c>, or with nine digits after the point, and any spaces before it.</summary>
    /// <returns>The length, or 0 if it is something else.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int Time(ref byte text, ref TraceRecord record)
    {
        Vector256<byte> bytes = Vector256.LoadUnsafe(ref text);
        uint colons = Vector256.Equals(bytes, Vector256.Create((byte)':')).ExtractMostSignificantBits();
        uint notDigits = ~Vector256.LessThan(bytes - Vector256.Create((byte)'0'), Vector256.Create((byte)10)).ExtractMostSignificantBits();
        uint notSpaces = ~Vector256.Equals(bytes, Vector256.Create((byte)' ')).ExtractMostSignificantBits();
        int colon = BitOperations.TrailingZeroCount(colons);
        int first = BitOperations.TrailingZeroCount(notSpaces);
        int dot = colon - 7;
        if (dot > first && Unsafe.Add(ref text, dot) != '.')
        {
            dot = colon - 10;
        }

        int seconds = dot - first;

        // Up to eight digits of seconds are three years; more goes the long way.
        if (colon > 30 || seconds is < 1 or > 8 || (notDigits & ((1u << colon) - 1)) != (((1u << first) - 1) | (1u << dot))
            || Unsafe.Add(ref text, dot) != '.' || Unsafe.Add(ref text, colon + 1) != ' ')
        {
            return 0;
        }

        long whole = Digits.Last(Read(ref text, dot - 8), seconds) * 1_000_000_000L;
        record.Timestamp = dot == colon - 7
            ? whole + (Digits.Last(Read(ref text, colon - 8), 6) * 1000L)
            : whole + (Digits.First(Read(ref text, dot + 1), 8) * 10L) + (Unsafe.Add(ref text, dot + 9) - '0');
        return colon + 2;
    }

    /// <summary><c> page_type=%s locked=%s</c> and a newline.</summary>
    /// <param name="text">Where the line's fields begin.</param>
    /// <param name="at">Where among them these begin.</param>
    /// <param name="record">The record.</param>
    /// <returns>Where the next line begins, or 0 if it is something else.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int TypeAndLocked(ref byte text, int at, ref TraceRecord record)
    {
        if (Read(ref text, at) != Of(" page_ty"u8) || ((Read(ref text, at + 8) ^ Of("pe=     "u8)) & 0xFF_FFFF) != 0)
        {
            return 0;
        }

        // The first letters of the three names differ in two bits; which comes next nobody can guess, so nothing branches on it.
        at += " page_type=".Length;
        ulong type = Read(ref text, at);
        int index = (byte)type >> 1 & 3;
        if (type != At("anon locksm lock        file loc"u8, index))
        {
            return 0;
        }

        RmapPageType pageType = (RmapPageType)(index ^ 1);
        at += 5 - (index & ~(index >> 1) & 1);

        // "locked=false\n", "locked=true\n"
        if (Read(ref text, at) == Of("locked=f"u8) && (Read(ref text, at + 8) & 0xFF_FFFF_FFFF) == (Of("alse\n   "u8) & 0xFF_FFFF_FFFF))
        {
            record.SetKnown(pageType, locked: false);
            return at + 13;
        }

        if (Read(ref text, at) == Of("locked=t"u8) && (Read(ref text, at + 8) & 0xFFFF_FFFF) == (Of("rue\n    "u8) & 0xFFFF_FFFF))
        {
            record.SetKnown(pageType, locked: true);
            return at + 12;
        }

        return 0;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong Read(ref byte text, int offset) => Unsafe.ReadUnaligned<ulong>(ref Unsafe.Add(ref text, offset));

    /// <summary>Eight characters of several times eight.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong At(ReadOnlySpan<byte> texts, int index) =>
        Unsafe.ReadUnaligned<ulong>(ref Unsafe.Add(ref MemoryMarshal.GetReference(texts), index * sizeof(ulong)));

    /// <summary>1 for the first letter of <c>end</c>, 0 for that of <c>start</c>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int IsEnd(byte letter) => letter >> 2 & 1;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong Of(ReadOnlySpan<byte> eight) => MemoryMarshal.Read<ulong>(eight);
}
