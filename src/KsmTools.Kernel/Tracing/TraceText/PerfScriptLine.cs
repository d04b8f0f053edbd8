using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using KsmTools.Records;
using KsmTools.Tracing.Wanted;

namespace KsmTools.Tracing.TraceText;

/// <summary>
/// The native tracepoints as perf script prints them unless told otherwise, with or without the CPU, in microseconds or with <c>--ns</c>, read
/// without looking for anything. Whatever differs in one byte is left to <see cref="PerfScriptParser"/>. It looks no farther past a line's
/// first byte than <see cref="NativeLine.Reach"/>.
/// </summary>
internal readonly struct PerfScriptLine : IUsualLine
{
    private const int NameEnd = 16;
    private const int Thread = 17;
    private const int MostDigits = 7;
    private const int CpuWidth = 6;
    private const ulong Spaces = 0x2020_2020_2020_2020;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static int Parse(ref byte line, ref TraceRecord record)
    {
        // "%16s %5d ", or "%16s %7d " of newer versions; a name has at most 15 characters
        ulong thread = LineWords.Read(ref line, Thread);
        if (line != ' ' || Unsafe.Add(ref line, NameEnd) != ' ' || Unsafe.Add(ref line, NameEnd - 1) == ' ')
        {
            return 0;
        }

        int blanks = BitOperations.TrailingZeroCount((thread ^ Spaces) | (1UL << 63)) >> 3;
        ulong number = thread >> (8 * blanks);
        int digits = Digits.CountLeading(number);
        if (digits is 0 or > MostDigits || (byte)(number >> (8 * digits)) != ' ')
        {
            return 0;
        }

        int where = Thread + blanks + digits + 1;

        // "[%03d] ", which -F can leave out.
        Vector128<byte> name = Vector128.LoadUnsafe(ref line);
        ulong cpu = LineWords.Read(ref line, where);
        bool hasCpu = Digits.TryThree((uint)(cpu >> 8) & 0xFFFFFF, out int cpuNumber) && (cpu & 0xFFFF_0000_00FFUL) == 0x205D_0000_005BUL;
        int time = hasCpu ? where + CpuWidth : where;
        int length = LineWords.Time(ref Unsafe.Add(ref line, time), ref record);
        if (length == 0 || Vector128.EqualsAny(name, Vector128.Create((byte)'\n')))
        {
            return 0;
        }

        // The names of all events of a recording are padded to the longest one's length.
        int at = time + length;
        uint text = ~Vector256.Equals(Vector256.LoadUnsafe(ref line, (nuint)at), Vector256.Create((byte)' ')).ExtractMostSignificantBits();
        at += BitOperations.TrailingZeroCount(text);
        ulong event8 = LineWords.Read(ref line, at + 8);
        ulong rest = LineWords.Read(ref line, at + 16);
        int isEnd = LineWords.IsEnd((byte)(event8 >> 56));
        if (LineWords.Read(ref line, at) != LineWords.Of("rmap:rma"u8)
            || event8 != LineWords.At("p_walk_sp_walk_e"u8, isEnd)
            || ((rest ^ LineWords.At("tart:   nd:     "u8, isEnd)) & (0xFFFF_FFFF_FFFFUL >> (16 * isEnd))) != 0)
        {
            return 0;
        }

        record.Kind = TraceRecordKind.Start + (byte)isEnd;
        at += "rmap:rmap_walk_start: ".Length - (2 * isEnd);
        length = Fields(ref Unsafe.Add(ref line, at), ref record);
        if (length == 0)
        {
            return 0;
        }

        record.Command = CommandName.FromColumn(ref line);
        record.ThreadId = (int)Digits.First(number, digits);
        record.Cpu = hasCpu ? cpuNumber : TraceRecord.AnyCpu;
        record.Flags = 0;
        record.TimeUnit = RmapTimeUnit.Nanoseconds;
        record.SetNative();
        return at + length;
    }

    // "folio=%p rwc=%p page_type=%s locked=%s\n", addresses as libtraceevent prints them: "0x%llx".
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static int Fields(ref byte text, ref TraceRecord record)
    {
        const int Folio = 8, Rwc = Folio + 16 + 7;
        if (LineWords.Read(ref text, 0) != LineWords.Of("folio=0x"u8)
            || ((LineWords.Read(ref text, Folio + 16) ^ LineWords.Of(" rwc=0x "u8)) & 0xFF_FFFF_FFFF_FFFF) != 0
            || !Digits.TryHex16(Vector128.LoadUnsafe(ref text, Folio), Vector128.LoadUnsafe(ref text, Rwc), out ulong folio, out ulong rwc))
        {
            return 0;
        }

        record.Folio = folio;
        record.Rwc = rwc;
        return LineWords.TypeAndLocked(ref text, Rwc + 16, ref record);
    }
}
