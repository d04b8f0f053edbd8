using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using KsmTools.Rmap;

namespace KsmTools.Tracing.TraceText;

/// <summary>
/// The one layout that makes up nearly all of a large trace, read without looking for anything: the native tracepoints as tracefs
/// prints them, a clock in nanoseconds, up to 999 CPUs, any flags. Whatever differs in one byte is left to <see cref="LineParser"/>.
/// Compiled fully at once: a trace is over before the runtime would get to it.
/// </summary>
internal static class NativeLine
{
    /// <summary>How far past a line's first byte this may look; the buffer must be that much longer than its contents.</summary>
    public const int Reach = 256;

    private const int Pid = 17;
    private const int CpuOpen = 25;
    private const int AfterCpu = 31;

    /// <summary>Reads the line that begins here.</summary>
    /// <param name="line">Its first byte.</param>
    /// <param name="record">Filled, or partly overwritten where the result is 0.</param>
    /// <returns>The line's length with its newline, or 0 if it is not of this layout.</returns>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static int Parse(ref byte line, ref RmapRecord record)
    {
        // "%16s-%-7d [%03d] "
        ulong cpu = Read(ref line, CpuOpen);
        ulong pid = Read(ref line, Pid);
        if (Unsafe.Add(ref line, 16) != '-' || (cpu & 0xFFFF_0000_00FFUL) != 0x205D_0000_005BUL)
        {
            return 0;
        }

        int pidDigits = Digits.CountLeading(pid);
        if (pidDigits is 0 or 8 || pid >> (8 * pidDigits) != 0x2020_2020_2020_2020UL >> (8 * pidDigits))
        {
            return 0;
        }

        uint cpuDigits = (uint)(cpu >> 8) & 0xFFFFFF;
        if (Digits.CountLeading(cpuDigits) != 3)
        {
            return 0;
        }

        // Flags up to the next space; none where irq-info is off.
        ulong flags = Read(ref line, AfterCpu);
        ulong spaces = flags ^ 0x2020_2020_2020_2020;
        spaces = (spaces - 0x0101_0101_0101_0101) & ~spaces & 0x8080_8080_8080_8080;
        if (spaces == 0)
        {
            return 0;
        }

        // A newline here or in the name means that the line is over; a digit, that these are no flags.
        int flagLength = BitOperations.TrailingZeroCount(spaces) >> 3;
        flags &= ~(ulong.MaxValue << (8 * flagLength));
        ulong newlines = flags ^ 0x0A0A_0A0A_0A0A_0A0A;
        Vector128<byte> column = Vector128.LoadUnsafe(ref line);
        if (((newlines - 0x0101_0101_0101_0101) & ~newlines & 0x8080_8080_8080_8080) != 0 || (byte)((byte)flags - '0') <= 9
            || Vector128.EqualsAny(column, Vector128.Create((byte)'\n')))
        {
            return 0;
        }

        int time = AfterCpu + flagLength + 1;
        int body = Time(ref Unsafe.Add(ref line, time), ref record) + time;
        if (body == time)
        {
            return 0;
        }

        // "rmap_walk_start: " or "rmap_walk_end: "
        if (Read(ref line, body) != Word("rmap_wal"u8))
        {
            return 0;
        }

        ulong name = Read(ref line, body + 8);
        int fields;
        if (name == Word("k_start:"u8))
        {
            record.Kind = RmapRecordKind.Start;
            fields = body + 17;
        }
        else if ((name & 0xFFFF_FFFF_FFFF) == (Word("k_end:  "u8) & 0xFFFF_FFFF_FFFF))
        {
            record.Kind = RmapRecordKind.End;
            fields = body + 15;
        }
        else
        {
            return 0;
        }

        int length = Fields(ref Unsafe.Add(ref line, fields), ref record);
        if (length == 0 || Unsafe.Add(ref line, fields - 1) != ' ')
        {
            return 0;
        }

        record.Command = CommandName.FromColumn(column);
        record.ThreadId = (int)Digits.First(pid, pidDigits);
        record.Cpu = (int)Digits.First(cpuDigits, 3);
        record.Flags = flags;
        record.TimeUnit = RmapTimeUnit.Nanoseconds;
        record.HasAddresses = true;
        record.Function = 0;
        record.Caller = 0;
        record.LostCount = 0;
        return fields + length;
    }

    // "%5lu.%06lu: ": gives the length, or 0.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static int Time(ref byte text, ref RmapRecord record)
    {
        Vector256<byte> bytes = Vector256.LoadUnsafe(ref text);
        uint colons = Vector256.Equals(bytes, Vector256.Create((byte)':')).ExtractMostSignificantBits();
        uint notDigits = ~Vector256.LessThan(bytes - Vector256.Create((byte)'0'), Vector256.Create((byte)10)).ExtractMostSignificantBits();
        uint notSpaces = ~Vector256.Equals(bytes, Vector256.Create((byte)' ')).ExtractMostSignificantBits();
        int colon = BitOperations.TrailingZeroCount(colons);
        int first = BitOperations.TrailingZeroCount(notSpaces);
        int dot = colon - 7;
        int seconds = dot - first;

        // Up to eight digits of seconds are three years; more goes the long way.
        if (colon > 30 || seconds is < 1 or > 8 || (notDigits & ((1u << colon) - 1)) != (((1u << first) - 1) | (1u << dot))
            || Unsafe.Add(ref text, dot) != '.' || Unsafe.Add(ref text, colon + 1) != ' ')
        {
            return 0;
        }

        record.Timestamp = (Digits.Last(Read(ref text, dot - 8), seconds) * 1_000_000_000L) + (Digits.Last(Read(ref text, colon - 8), 6) * 1000L);
        return colon + 2;
    }

    // "folio=%p rwc=%p page_type=%s locked=%s\n": gives the length, or 0.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static int Fields(ref byte text, ref RmapRecord record)
    {
        const int Folio = 6, Rwc = Folio + 16 + 5, Type = Rwc + 16 + 11;
        if (((Read(ref text, 0) ^ Word("folio=  "u8)) & 0xFFFF_FFFF_FFFF) != 0
            || ((Read(ref text, Folio + 16) ^ Word(" rwc=   "u8)) & 0xFF_FFFF_FFFF) != 0
            || Read(ref text, Rwc + 16) != Word(" page_ty"u8)
            || ((Read(ref text, Rwc + 24) ^ Word("pe=     "u8)) & 0xFF_FFFF) != 0
            || !Digits.TryHex16(Vector128.LoadUnsafe(ref text, Folio), out ulong folio)
            || !Digits.TryHex16(Vector128.LoadUnsafe(ref text, Rwc), out ulong rwc))
        {
            return 0;
        }

        ulong type = Read(ref text, Type);
        int at;
        RmapPageType pageType;
        if (type == Word("anon loc"u8))
        {
            pageType = RmapPageType.Anon;
            at = Type + 5;
        }
        else if (type == Word("file loc"u8))
        {
            pageType = RmapPageType.File;
            at = Type + 5;
        }
        else if (type == Word("ksm lock"u8))
        {
            pageType = RmapPageType.Ksm;
            at = Type + 4;
        }
        else
        {
            return 0;
        }

        // "locked=false\n", "locked=true\n"
        if (Read(ref text, at) == Word("locked=f"u8) && (Read(ref text, at + 8) & 0xFF_FFFF_FFFF) == (Word("alse\n   "u8) & 0xFF_FFFF_FFFF))
        {
            record.SetKnown(pageType, locked: false);
            at += 13;
        }
        else if (Read(ref text, at) == Word("locked=t"u8) && (Read(ref text, at + 8) & 0xFFFF_FFFF) == (Word("rue\n    "u8) & 0xFFFF_FFFF))
        {
            record.SetKnown(pageType, locked: true);
            at += 12;
        }
        else
        {
            return 0;
        }

        record.Folio = folio;
        record.Rwc = rwc;
        return at;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong Read(ref byte text, int offset) => Unsafe.ReadUnaligned<ulong>(ref Unsafe.Add(ref text, offset));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong Word(ReadOnlySpan<byte> eight) => MemoryMarshal.Read<ulong>(eight);
}
