using KsmTools.Records;
using KsmTools.Tracing.Wanted;

namespace KsmTools.Tracing.TraceText;

/// <summary>Reads a line of any layout.</summary>
internal static class LineParser
{
    /// <summary>Reads a line.</summary>
    /// <param name="line">The line without its newline.</param>
    /// <param name="wanted">The wanted events.</param>
    /// <param name="symbols">Functions by number.</param>
    /// <param name="names">Thread names that are too long to be held in place.</param>
    /// <param name="record">Filled for <see cref="LineKind.Event"/>, <see cref="LineKind.Lost"/> and <see cref="LineKind.Beginning"/>, else undefined.</param>
    public static LineKind Parse(ReadOnlySpan<byte> line, WantedEvents wanted, SymbolCache symbols, SymbolTable names, ref TraceRecord record)
    {
        line = line.TrimEnd((byte)'\r');
        if (line.IsEmpty)
        {
            return LineKind.Decoration;
        }

        // A thread may be named so that its line begins like a header, or like a frame of the chain below an event.
        LineContext context = default;
        return ContextParser.TryParse(line, ref context) ? context.ReadEvent(line, wanted, symbols, names, ref record)
            : line[0] == '#' ? Header(line, ref record)
            : StackLines.IsKernelFrame(line) ? LineKind.Decoration
            : Summary(line, ref record);
    }

    // What stands between events, behind whatever somebody has put before each line, as before events': "cpus=2" and "CPU:3 [LOST 17 EVENTS]", and headers.
    private static LineKind Summary(ReadOnlySpan<byte> line, ref TraceRecord record)
    {
        line = line.TrimEnd((byte)' ');
        if (Digits.TryDecimal(Behind(line, "cpus="u8), out _))
        {
            record = TraceRecord.NewTrace();
            return LineKind.Beginning;
        }

        if (TryLost(Behind(line, "CPU:"u8), ref record))
        {
            return LineKind.Lost;
        }

        int header = line.IndexOf("# "u8);
        LineKind kind = header > 0 ? Header(line[header..], ref record) : LineKind.Unknown;
        return kind is LineKind.Lost or LineKind.Beginning ? kind : LineKind.Unknown;
    }

    // What follows the last such word; nothing where it is a part of a longer one, as of nr_cpus=4.
    private static ReadOnlySpan<byte> Behind(ReadOnlySpan<byte> line, ReadOnlySpan<byte> word)
    {
        int at = line.LastIndexOf(word);
        bool isPart = at > 0 && (char.IsAsciiLetterOrDigit((char)line[at - 1]) || line[at - 1] is (byte)'_' or (byte)'-');
        return at < 0 || isPart ? default : line[(at + word.Length)..];
    }

    // "# entries-in-buffer/entries-written: 200/1028   #P:1": what was written and is not there was overwritten.
    private static LineKind Header(ReadOnlySpan<byte> line, ref TraceRecord record)
    {
        ReadOnlySpan<byte> prefix = "# entries-in-buffer/entries-written: "u8;
        if (!line.StartsWith(prefix))
        {
            // A thread may be called so.
            if (line.StartsWith("# tracer: "u8) && line["# tracer: "u8.Length..].TrimEnd((byte)' ').IndexOf((byte)' ') < 0)
            {
                record = TraceRecord.NewTrace();
                return LineKind.Beginning;
            }

            return line.IndexOf("TASK-PID"u8) >= 0 || line.StartsWith("##### CPU "u8) ? LineKind.Header : LineKind.Decoration;
        }

        line = line[prefix.Length..];
        int slash = line.IndexOf((byte)'/');
        int end = line.IndexOf((byte)' ');
        if (slash > 0
            && Digits.TryDecimal(line[..slash], out long there)
            && Digits.TryDecimal(end < 0 ? line[(slash + 1)..] : end > slash ? line[(slash + 1)..end] : default, out long written)
            && written > there)
        {
            record = TraceRecord.Lost(TraceRecord.AnyCpu, written - there);
            return LineKind.Lost;
        }

        return LineKind.Header;
    }

    // Behind "CPU:". The kernel: "CPU:3 [LOST 17 EVENTS]", "CPU:3 [LOST EVENTS]". trace-cmd report: "CPU:3 [17 EVENTS DROPPED]", "CPU:3 [EVENTS DROPPED]".
    private static bool TryLost(ReadOnlySpan<byte> line, ref TraceRecord record)
    {
        int space = line.IndexOf(" ["u8);
        if (space <= 0 || !Digits.TryDecimal(line[..space], out long cpu) || cpu > int.MaxValue)
        {
            return false;
        }

        line = line[(space + 2)..];
        if (!line.EndsWith("]"u8))
        {
            return false;
        }

        line = line[..^1];
        long count = 0;
        if (line.StartsWith("LOST "u8) && line.EndsWith(" EVENTS"u8))
        {
            line = line.Length > "LOST EVENTS".Length ? line["LOST ".Length..^" EVENTS".Length] : default;
        }
        else if (line.EndsWith("EVENTS DROPPED"u8))
        {
            line = line[..^"EVENTS DROPPED".Length].TrimEnd((byte)' ');
        }
        else
        {
            return false;
        }

        if (!line.IsEmpty && !Digits.TryDecimal(line, out count))
        {
            return false;
        }

        record = TraceRecord.Lost((int)cpu, count);
        return true;
    }
}
