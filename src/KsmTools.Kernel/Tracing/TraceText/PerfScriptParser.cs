using KsmTools.Records;
using KsmTools.Tracing.Wanted;

namespace KsmTools.Tracing.TraceText;

/// <summary>Reads a line that perf script printed, of any layout that has a thread, a time and an event.</summary>
internal static class PerfScriptParser
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

        // A thread may be named so that its line begins like a header or a frame. Frames are many, and hardly one has what ends a time.
        LineContext context = default;
        if ((line[0] == '\t' && line.IndexOf(": "u8) < 0) || !PerfScriptContext.TryParse(line, ref context))
        {
            return WithoutContext(line, ref record);
        }

        ReadOnlySpan<byte> body = line[context.Body..];
        if (body.StartsWith("PERF_RECORD_"u8))
        {
            return TryLost(body, context, ref record) ? LineKind.Lost : LineKind.OtherEvent;
        }

        // An event's name ends with a colon; a line without one is something else that happens to hold numbers.
        int space = body.IndexOf((byte)' ');
        return (space < 0 ? body : body[..space]).IndexOf((byte)':') < 0
            ? WithoutContext(line, ref record)
            : context.ReadEvent(line, wanted, symbols, names, ref record);
    }

    private static LineKind WithoutContext(ReadOnlySpan<byte> line, ref TraceRecord record)
    {
        if (line.StartsWith("# captured on "u8))
        {
            record = TraceRecord.NewTrace();
            return LineKind.Beginning;
        }

        return line[0] == '#' || (line[0] == '\t' && IsFrame(line)) ? LineKind.Decoration : LineKind.Unknown;
    }

    // "PERF_RECORD_LOST lost 131", where --show-lost-events was given.
    private static bool TryLost(ReadOnlySpan<byte> body, in LineContext context, ref TraceRecord record)
    {
        if (!body.StartsWith("PERF_RECORD_LOST"u8) || body.LastIndexOf((byte)' ') is var space && (space < 0 || body.IndexOf(" lost"u8) < 0)
            || !Digits.TryDecimal(body[(space + 1)..], out long count))
        {
            return false;
        }

        record = TraceRecord.LostAtLeast(context.Cpu, count);
        record.Timestamp = context.Timestamp;
        return true;
    }

    // A call chain's "\t    ffffffff8110010f function+0x12 (file)", below its event.
    private static bool IsFrame(ReadOnlySpan<byte> line)
    {
        ReadOnlySpan<byte> text = line.TrimStart("\t "u8);
        int space = text.IndexOf((byte)' ');
        return text.Length < line.Length && space > 0 && Digits.TryHex(text[..space], out _) && !text.StartsWith("0x"u8);
    }
}
