using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using KsmTools.Records;
using KsmTools.Tracing.Wanted;

namespace KsmTools.Tracing.TraceText;

/// <summary>
/// The one layout that makes up nearly all of a large trace, read without looking for anything: the native tracepoints as tracefs
/// prints them, a clock in nanoseconds, up to 999 CPUs, any flags. Whatever differs in one byte is left to <see cref="LineParser"/>.
/// Compiled fully at once: a trace is over before the runtime would get to it.
/// </summary>
internal readonly struct NativeLine : IUsualLine
{
    /// <summary>How far past a line's first byte this may look; the buffer must be that much longer than its contents.</summary>
    public const int Reach = 256;

    private const int Pid = 17;
    private const int CpuOpen = 25;
    private const int AfterCpu = 31;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static int Parse(ref byte line, ref TraceRecord record)
    {
        // "%16s-%-7d [%03d] "; a name has at most 15 characters, and a line that does not begin with a space may be something else.
        ulong cpu = LineWords.Read(ref line, CpuOpen);
        ulong pid = LineWords.Read(ref line, Pid);
        if (line != ' ' || Unsafe.Add(ref line, 16) != '-' || (cpu & 0xFFFF_0000_00FFUL) != 0x205D_0000_005BUL)
        {
            return 0;
        }

        int pidDigits = Digits.CountLeading(pid);
        if (pidDigits is 0 or 8 || pid >> (8 * pidDigits) != 0x2020_2020_2020_2020UL >> (8 * pidDigits))
        {
            return 0;
        }

        uint cpuDigits = (uint)(cpu >> 8) & 0xFFFFFF;
        if (!Digits.TryThree(cpuDigits, out int cpuNumber))
        {
            return 0;
        }

        // Flags up to the next space; none where irq-info is off.
        ulong flags = LineWords.Read(ref line, AfterCpu);
        ulong spaces = flags ^ 0x2020_2020_2020_2020;
        spaces = (spaces - 0x0101_0101_0101_0101) & ~spaces & 0x8080_8080_8080_8080;
        if (spaces == 0)
        {
            return 0;
        }

        // A newline here or in the name means that the line is over; a digit, that these are no flags. A tab is a blank of another layout. Both are among 8 to 11.
        int flagLength = BitOperations.TrailingZeroCount(spaces) >> 3;
        flags &= ~(ulong.MaxValue << (8 * flagLength));
        ulong blanks = (flags | 0x0303_0303_0303_0303) ^ 0x0B0B_0B0B_0B0B_0B0B;
        Vector128<byte> column = Vector128.LoadUnsafe(ref line);
        if (((blanks - 0x0101_0101_0101_0101) & ~blanks & 0x8080_8080_8080_8080) != 0 || (byte)((byte)flags - '0') <= 9
            || Vector128.EqualsAny(column, Vector128.Create((byte)'\n')))
        {
            return 0;
        }

        int time = AfterCpu + flagLength + 1;
        int body = LineWords.Time(ref Unsafe.Add(ref line, time), ref record) + time;
        if (body == time)
        {
            return 0;
        }

        // "rmap_walk_start: " or "rmap_walk_end: ": nobody can guess which comes, so nothing branches on it.
        ulong name = LineWords.Read(ref line, body + 8);
        int isEnd = LineWords.IsEnd((byte)(name >> 16));
        if (LineWords.Read(ref line, body) != LineWords.Of("rmap_wal"u8)
            || ((name ^ LineWords.At("k_start:k_end:  "u8, isEnd)) & (ulong.MaxValue >> (16 * isEnd))) != 0)
        {
            return 0;
        }

        record.Kind = TraceRecordKind.Start + (byte)isEnd;
        int fields = body + 17 - (2 * isEnd);
        int length = Fields(ref Unsafe.Add(ref line, fields), ref record);
        if (length == 0 || Unsafe.Add(ref line, fields - 1) != ' ')
        {
            return 0;
        }

        record.Command = CommandName.FromColumn(ref line);
        record.ThreadId = (int)Digits.First(pid, pidDigits);
        record.Cpu = cpuNumber;
        record.Flags = flags;
        record.TimeUnit = RmapTimeUnit.Nanoseconds;
        record.SetNative();
        return fields + length;
    }

    // "folio=%p rwc=%p page_type=%s locked=%s\n": gives the length, or 0.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static int Fields(ref byte text, ref TraceRecord record)
    {
        const int Folio = 6, Rwc = Folio + 16 + 5;
        if (((LineWords.Read(ref text, 0) ^ LineWords.Of("folio=  "u8)) & 0xFFFF_FFFF_FFFF) != 0
            || ((LineWords.Read(ref text, Folio + 16) ^ LineWords.Of(" rwc=   "u8)) & 0xFF_FFFF_FFFF) != 0
            || !Digits.TryHex16(Vector128.LoadUnsafe(ref text, Folio), Vector128.LoadUnsafe(ref text, Rwc), out ulong folio, out ulong rwc))
        {
            return 0;
        }

        record.Folio = folio;
        record.Rwc = rwc;
        return LineWords.TypeAndLocked(ref text, Rwc + 16, ref record);
    }
}
