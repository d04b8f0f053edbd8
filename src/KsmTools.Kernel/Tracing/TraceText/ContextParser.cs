using System.Buffers;
using KsmTools.Records;
using KsmTools.Tracing.Wanted;

namespace KsmTools.Tracing.TraceText;

/// <summary>
/// Reads what stands before the event on a line, of any layout: <c>comm-pid [(tgid)] [cpu] [flags] time:</c>, or
/// <c>comm-pid cpuflags time</c> of latency-format and of <c>trace-cmd report -l</c>. A name may hold anything, dashes and brackets too. The kernel ends it
/// in column 16 (<c>%16s-%-7d</c>), so that dash is tried first; else it is the first after which the rest of the line fits. Before the name there may be
/// a file's or an instance's, which <c>trace-cmd report</c> prints where it reads several, or what a log puts before each line.
/// </summary>
internal static class ContextParser
{
    private static readonly SearchValues<byte> ThreadGroup = SearchValues.Create(" -0123456789"u8);

    private const int KernelNameEnd = 16;
    private const int LatencyNameWidth = 8;
    private const int LongestName = 320;
    private const int MaximumFlags = 8;
    private const int LeastFlags = 4;
    private const int UsualFlags = 5;
    private const int LeastDigits = 12;
    private const int MaximumCpu = 65_535;

    // A second number of more digits does not fit in 63 bits of nanoseconds.
    private const long MaximumSeconds = long.MaxValue / 1_000_000_000 - 1;

    public static bool TryParse(ReadOnlySpan<byte> line, ref LineContext context)
    {
        if (line.Length > KernelNameEnd && line[KernelNameEnd] == '-' && TryAfterName(line, KernelNameEnd, ref context))
        {
            return true;
        }

        int from = 0;
        while (from < Math.Min(line.Length, LongestName))
        {
            int dash = line[from..].IndexOf((byte)'-');
            if (dash < 0 || from + dash > LongestName)
            {
                return false;
            }

            if (TryAfterName(line, from + dash, ref context))
            {
                return true;
            }

            from += dash + 1;
        }

        return false;
    }

    private static bool TryAfterName(ReadOnlySpan<byte> line, int dash, ref LineContext context)
    {
        int position = dash + 1;
        if (!TryNumber(line, ref position, 10, out long thread) || thread > int.MaxValue || !TrySpaces(line, ref position))
        {
            return false;
        }

        bool isStandard = position < line.Length && line[position] is (byte)'[' or (byte)'(';
        if (!(isStandard ? TryStandard(line, position, ref context) : TryLatency(line, position, ref context)))
        {
            return false;
        }

        context.NameStart = NameStart(line, dash, isStandard ? KernelNameEnd : LatencyNameWidth);
        context.NameEnd = dash;
        context.ThreadId = (int)thread;

        // Of what is too long for a name that begins with #, somebody has made a comment.
        return line[0] != '#' || context.NameStart > 0 || dash <= (isStandard ? LineContext.LongestName : LatencyNameWidth);
    }

    // A name is right-aligned in its column. A column farther to the right has something before it, as "instance: " or "[   12.345678] ".
    // Of the narrow column a name may take all, and then it may begin with a tab.
    private static int NameStart(ReadOnlySpan<byte> line, int dash, int width)
    {
        int start = dash - width;
        if (start <= 0 && (line[0] != '\t' || (start == 0 && width == LatencyNameWidth)))
        {
            return 0;
        }

        if (start >= 2 && line[start - 1] == ' ' && line[start - 2] is (byte)':' or (byte)']')
        {
            return start;
        }

        // Somebody's indentation.
        return dash - line[..dash].TrimStart((byte)'\t').Length;
    }

    // "[(%7d) ][%03d] flags %5lu.%06lu: ", or "%12llu: " of a clock that does not count nanoseconds.
    private static bool TryStandard(ReadOnlySpan<byte> line, int position, ref LineContext context)
    {
        if (line[position] == '(')
        {
            int close = line[position..].IndexOf(") "u8);
            if (close < 0 || line.Slice(position + 1, close - 1).IndexOfAnyExcept(ThreadGroup) >= 0)
            {
                return false;
            }

            position += close + 1;
            if (!TrySpaces(line, ref position))
            {
                return false;
            }
        }

        if (position >= line.Length || line[position] != '[')
        {
            return false;
        }

        position++;
        int cpuStart = position;
        if (!TryNumber(line, ref position, 5, out long cpu) || cpu > MaximumCpu || position == cpuStart
            || position >= line.Length || line[position] != ']')
        {
            return false;
        }

        // trace-cmd puts no blank before a bare number: "%16s-%-5d [%03d]", then "%12d:".
        position++;
        context.Cpu = (int)cpu;
        _ = TrySpaces(line, ref position);
        context.Flags = 0;
        if (TryTime(line, ref position, ref context))
        {
            return true;
        }

        int length = FlagsLength(line[position..]);
        if (length is < 1 or > MaximumFlags)
        {
            return false;
        }

        context.Flags = Pack(line.Slice(position, length));
        position += length;
        _ = TrySpaces(line, ref position);
        return TryTime(line, ref position, ref context);
    }

    // trace_print_lat_context: "%8.8s-%-7d %3d" flags " %4lldus%c: ", microseconds since the buffer's first event.
    // trace-cmd report -l: "%8.8s-%-5d %3d" flags, then the time as it prints it without.
    private static bool TryLatency(ReadOnlySpan<byte> line, int position, ref LineContext context)
    {
        if (!TryNumber(line, ref position, 5, out long cpu) || cpu > MaximumCpu)
        {
            return false;
        }

        int length = FlagsLength(line[position..]);
        if (length is < 0 or > MaximumFlags)
        {
            return false;
        }

        ReadOnlySpan<byte> flags = line.Slice(position, length);
        context.Cpu = (int)cpu;
        context.Flags = Pack(flags);
        position += length;
        _ = TrySpaces(line, ref position);
        int time = position;
        if (TryNumber(line, ref position, 15, out long microseconds) && line[position..].StartsWith("us"u8)
            && position + 4 < line.Length && line[position + 3] == ':' && line[position + 4] == ' ')
        {
            context.Timestamp = microseconds * 1000;
            context.TimeUnit = RmapTimeUnit.Nanoseconds;
            context.Body = position + 5;
            return true;
        }

        // perf script, which has no flags there, may have a name with a dash, and a process and its thread: "Thread-1  345/346 12.345678:".
        return length >= LeastFlags && !flags.Contains((byte)'/') && TryTime(line, ref time, ref context);
    }

    /// <summary>
    /// How many characters of a word are flags. trace-cmd puts no blank between them and a bare number, which has twelve digits or more (<c>%12d:</c>). Flags may end with digits
    /// as well: there are five since Linux 5.16, four before (<c>tep_data_latency_format</c>).
    /// </summary>
    private static int FlagsLength(ReadOnlySpan<byte> text)
    {
        int length = text.IndexOf((byte)' ');
        if (length is >= 0 and <= MaximumFlags && (length == 0 || text[length - 1] != '\t'))
        {
            return length;
        }

        length = text.IndexOfAny((byte)' ', (byte)'\t');
        if (length <= LeastFlags + LeastDigits || text[length - 1] != ':')
        {
            return length;
        }

        int end = length - 1;
        int flags = text[..end].LastIndexOfAnyExceptInRange((byte)'0', (byte)'9') + 1;
        return flags > LeastFlags ? flags : end - UsualFlags >= LeastDigits ? UsualFlags : LeastFlags;
    }

    private static bool TryTime(ReadOnlySpan<byte> line, ref int position, ref LineContext context)
    {
        int start = position;
        int at = position;
        if (!TryNumber(line, ref at, 19, out long whole) || at >= line.Length)
        {
            return false;
        }

        if (line[at] == ':')
        {
            context.Timestamp = whole;
            context.TimeUnit = RmapTimeUnit.Ticks;
        }
        else
        {
            if (line[at] != '.' || whole > MaximumSeconds)
            {
                return false;
            }

            at++;
            int fractionStart = at;
            if (!TryNumber(line, ref at, 9, out long fraction))
            {
                return false;
            }

            long scale = (at - fractionStart) switch { 6 => 1000, 9 => 1, _ => 0 };
            if (scale == 0)
            {
                return false;
            }

            context.Timestamp = (whole * 1_000_000_000) + (fraction * scale);
            context.TimeUnit = RmapTimeUnit.Nanoseconds;
        }

        if (at + 1 >= line.Length || line[at] != ':' || line[at + 1] != ' ')
        {
            return false;
        }

        position = start;
        at += 2;
        context.Body = at < line.Length && line[at] is (byte)' ' or (byte)'(' ? AfterDifference(line, at) : at;
        return true;
    }

    // trace-cmd report --ts-diff has " %-8s" of "(+649)", or of nothing, before " %s: " of the event.
    private static int AfterDifference(ReadOnlySpan<byte> line, int position)
    {
        int at = position;
        _ = TrySpaces(line, ref at);
        if (at + 2 >= line.Length || line[at] != '(' || line[at + 1] != '+')
        {
            return at;
        }

        int close = line[at..].IndexOf(") "u8);
        position = at + 2 + (line[at + 2] == '-' ? 1 : 0);
        if (close < 0 || !Digits.TryDecimal(line[position..Math.Max(position, at + close)], out _))
        {
            return at;
        }

        at += close + 1;
        _ = TrySpaces(line, ref at);
        return at;
    }

    private static bool TryNumber(ReadOnlySpan<byte> line, ref int position, int maximumDigits, out long value)
    {
        int end = position;
        while (end < line.Length && (uint)(line[end] - '0') <= 9)
        {
            end++;
        }

        int start = position;
        position = end;
        value = 0;
        return end - start <= maximumDigits && Digits.TryDecimal(line[start..end], out value);
    }

    private static bool TrySpaces(ReadOnlySpan<byte> line, ref int position)
    {
        int start = position;
        while (position < line.Length && line[position] == ' ')
        {
            position++;
        }

        // Blanks are nearly all there is.
        while (position < line.Length && line[position] is (byte)'\t' or (byte)' ')
        {
            position++;
        }

        return position > start && position < line.Length;
    }

    private static ulong Pack(ReadOnlySpan<byte> flags)
    {
        ulong packed = 0;
        for (int i = flags.Length - 1; i >= 0; i--)
        {
            packed = (packed << 8) | flags[i];
        }

        return packed;
    }
}
