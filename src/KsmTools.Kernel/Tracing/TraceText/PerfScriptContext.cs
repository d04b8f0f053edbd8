using KsmTools.Records;
using KsmTools.Tracing.Wanted;

namespace KsmTools.Tracing.TraceText;

/// <summary>
/// Reads what stands before the event on a line of perf script (<c>perf_sample__fprintf_start</c>, tools/perf/builtin-script.c):
/// <c>comm pid/tid [cpu] misc date time: period</c>, of which -F can leave out all but a thread and the time. A name may hold anything, spaces and
/// digits too. perf ends it in column 16 (<c>%16s </c>), unless there are call chains; so that is tried first, then the first space after
/// which the rest of the line fits.
/// </summary>
internal static class PerfScriptContext
{
    private const int NameEnd = 16;
    private const int LongestName = 64;
    private const int MaximumCpu = 65_535;

    // The flags of -F misc, and the date and the time of day of -F tod.
    private const int MostOtherColumns = 3;
    private const int LongestOther = 32;

    // A second number of more digits does not fit in 63 bits of nanoseconds.
    private const long MaximumSeconds = (long.MaxValue / 1_000_000_000) - 1;

    private static ReadOnlySpan<byte> NoThread => "-1"u8;

    /// <summary>Whether a line is of a thread that perf no longer knows. Its name and number can be taken for tracefs's name and number with a dash in between.</summary>
    public static bool IsNameless(ReadOnlySpan<byte> line) =>
        line.TrimStart((byte)' ') is [(byte)':', (byte)'-', (byte)'1', (byte)' ', .. var rest] && rest.TrimStart((byte)' ').StartsWith(NoThread);

    /// <summary>Reads the context.</summary>
    /// <param name="line">The line.</param>
    /// <param name="context">Where its <see cref="LineContext.Body"/> is, and the rest; the CPU is -1 where there is none.</param>
    /// <returns>Whether it is a line with a thread and a time.</returns>
    public static bool TryParse(ReadOnlySpan<byte> line, ref LineContext context)
    {
        if (line.Length > NameEnd && line[NameEnd] == ' ' && TryAfterName(line, NameEnd, ref context))
        {
            return true;
        }

        // Without a name the thread's number comes first.
        if (TryAfterName(line, 0, ref context))
        {
            return true;
        }

        for (int end = 0; end < Math.Min(line.Length, LongestName); end++)
        {
            if (line[end] == ' ' && TryAfterName(line, end, ref context))
            {
                return true;
            }
        }

        return false;
    }

    private static bool TryAfterName(ReadOnlySpan<byte> line, int end, ref LineContext context)
    {
        int position = end;
        Spaces(line, ref position);
        if (!TryThread(line, ref position, out context.ThreadId) || !Spaces(line, ref position))
        {
            return false;
        }

        // With call chains the name is not right-aligned, and its column's other end is blank.
        context.NameStart = 0;
        context.NameEnd = line[..end].TrimEnd((byte)' ').Length;

        // Of what is too long for a name that begins with #, somebody has made a comment.
        if (context.NameEnd > LineContext.LongestName && line[0] == '#')
        {
            return false;
        }

        context.Flags = 0;
        context.Cpu = TraceRecord.AnyCpu;
        if (position < line.Length && line[position] == '[' && !TryCpu(line, ref position, out context.Cpu))
        {
            return false;
        }

        for (int columns = 0; columns <= MostOtherColumns; columns++)
        {
            if (TryTime(line, ref position, ref context))
            {
                context.Body = AfterPeriod(line, position);
                return !IsThreadOrTime(line[context.Body..]);
            }

            int width = position < line.Length ? line[position..].IndexOf((byte)' ') : -1;
            if (width is < 1 or > LongestOther || !IsOther(line.Slice(position, width)))
            {
                return false;
            }

            position += width;
            Spaces(line, ref position);
        }

        return false;
    }

    // "%7d/%-7d ", "%7d "
    private static bool TryThread(ReadOnlySpan<byte> line, ref int position, out int thread)
    {
        if (!TryThreadNumber(line, ref position, out thread))
        {
            return false;
        }

        if (position == line.Length || line[position] != '/')
        {
            return true;
        }

        position++;
        return TryThreadNumber(line, ref position, out thread);
    }

    // -1 for a thread that has ended, where perf no longer knows which it was.
    private static bool TryThreadNumber(ReadOnlySpan<byte> line, ref int position, out int thread)
    {
        if (line[position..].StartsWith(NoThread))
        {
            position += NoThread.Length;
            thread = -1;
            return true;
        }

        bool good = TryNumber(line, ref position, out long number) && number <= int.MaxValue;
        thread = good ? (int)number : 0;
        return good;
    }

    // "[%03d] "
    private static bool TryCpu(ReadOnlySpan<byte> line, ref int position, out int cpu)
    {
        position++;
        int start = position;
        bool good = TryNumber(line, ref position, out long number) && number <= MaximumCpu && position > start
            && position < line.Length && line[position] == ']';
        position++;
        cpu = good ? (int)number : TraceRecord.AnyCpu;
        return good && Spaces(line, ref position);
    }

    // Flags are letters: "K", "UE". A date and a time of day: "2026-11-24", "00:30:22.123456".
    private static bool IsOther(ReadOnlySpan<byte> word)
    {
        foreach (byte character in word)
        {
            if (!char.IsAsciiLetterOrDigit((char)character) && character is not ((byte)'-' or (byte)':' or (byte)'.'))
            {
                return false;
            }
        }

        return char.IsAsciiLetter((char)word[0]) || word.IndexOfAny((byte)'-', (byte)':') > 0;
    }

    // "%5lu.%06lu: ", "%5lu.%09llu: "
    private static bool TryTime(ReadOnlySpan<byte> line, ref int position, ref LineContext context)
    {
        int at = position;
        if (!TryNumber(line, ref at, out long seconds) || seconds > MaximumSeconds || at >= line.Length || line[at] != '.')
        {
            return false;
        }

        int start = ++at;
        if (!TryNumber(line, ref at, out long fraction) || (at - start) is not (6 or 9)
            || at + 1 >= line.Length || line[at] != ':' || line[at + 1] != ' ')
        {
            return false;
        }

        context.Timestamp = (seconds * 1_000_000_000) + (at - start == 6 ? fraction * 1000 : fraction);
        context.TimeUnit = RmapTimeUnit.Nanoseconds;
        position = at + 2;
        return true;
    }

    // "%10llu " of -F period, and the spaces before the event's name.
    private static int AfterPeriod(ReadOnlySpan<byte> line, int position)
    {
        Spaces(line, ref position);
        int at = position;
        return TryNumber(line, ref at, out _) && Spaces(line, ref at) ? at : position;
    }

    // No event's name begins so: what looked like a thread and a time is a part of the name, as of "x 1 1.000000:".
    private static bool IsThreadOrTime(ReadOnlySpan<byte> body) => body is [(>= (byte)'0' and <= (byte)'9') or (byte)'[', ..];

    private static bool TryNumber(ReadOnlySpan<byte> line, ref int position, out long value)
    {
        int start = position;
        while (position < line.Length && (uint)(line[position] - '0') <= 9)
        {
            position++;
        }

        return Digits.TryDecimal(line[start..position], out value);
    }

    private static bool Spaces(ReadOnlySpan<byte> line, ref int position)
    {
        int start = position;
        while (position < line.Length && line[position] is (byte)' ' or (byte)'\t')
        {
            position++;
        }

        return position > start;
    }
}
