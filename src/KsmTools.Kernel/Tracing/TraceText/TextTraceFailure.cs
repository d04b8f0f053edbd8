using System.Buffers;
using KsmTools.Errors;
using KsmTools.Tracing.Reading;
using KsmTools.Tracing.TraceFiles;
using KsmTools.Tracing.Wanted;

namespace KsmTools.Tracing.TraceText;

/// <summary>Why a file is no text trace that can be read: what it is instead, and what to type.</summary>
internal static class TextTraceFailure
{
    private static readonly SearchValues<byte> PidAndTid = SearchValues.Create("0123456789/"u8);

    public static KsmToolsException Nothing(string path) => new(
        ErrorReason.TraceFormatNotRecognized, path, Text.Format(Messages.TraceIsEmpty, path), Messages.TraceNotRecognizedAction);

    public static KsmToolsException Truncated(string path) => new(
        ErrorReason.TraceTruncated, path, Text.Format(Messages.TraceTruncated, path), Messages.TraceTruncatedAction);

    public static KsmToolsException Differences(string path) => new(
        ErrorReason.TraceFormatNotRecognized, path, Text.Format(Messages.TraceOfDifferences, path), Messages.TraceOfDifferencesAction);

    /// <summary>Says what the first line is that is not of the trace's layout.</summary>
    /// <param name="path">The file.</param>
    /// <param name="line">The line.</param>
    /// <param name="named">The format that the caller named.</param>
    public static KsmToolsException NotRecognised(string path, ReadOnlySpan<byte> line, TraceFormat named)
    {
        (string reason, string action) = Other(line, named) ?? Reason(line);
        return new KsmToolsException(ErrorReason.TraceFormatNotRecognized, path, Text.Format(reason, path, TerminalText.Quote(line)), action);
    }

    // A trace of the other kind of text than the one that was named.
    private static (string Reason, string Action)? Other(ReadOnlySpan<byte> line, TraceFormat named)
    {
        LineContext context = default;
        return named == TraceFormat.Text && PerfScriptContext.TryParse(line, ref context)
                ? (Messages.TraceIsPerfScript, Messages.TraceIsPerfScriptAction)
            : named == TraceFormat.PerfScript && (ContextParser.TryParse(line, ref context) || line.StartsWith("# tracer: "u8))
                ? (Messages.TraceIsNotPerfScript, Messages.TraceIsNotPerfScriptAction)
            : null;
    }

    private static (string Reason, string Action) Reason(ReadOnlySpan<byte> line)
    {
        if (FileMagic.IsPerfData(line))
        {
            return (Messages.PerfDataInside, Messages.PerfDataInsideAction);
        }

        if (ByteOrderMark.Of(line).Encoding is not null)
        {
            return (Messages.TraceIsUtf16, Messages.TraceIsUtf16Action);
        }

        if (line.IndexOf((byte)0) >= 0)
        {
            return (Messages.TraceIsBinary, Messages.TraceNotRecognizedAction);
        }

        if (line.StartsWith("rmap_walk_start:"u8) || line.StartsWith("rmap_walk_end:"u8) || line.StartsWith("tracing_mark_write:"u8)
            || (line.IndexOf(": "u8) > 0 && line[0] != ' ' && line.IndexOf("=0x"u8) > 0 && line.IndexOf("] "u8) < 0))
        {
            return (Messages.TraceWithoutContext, Messages.TraceWithoutContextAction);
        }

        if (IsRawOrHex(line))
        {
            return (Messages.TraceIsRaw, Messages.TraceIsRawAction);
        }

        if (line.IndexOf(" rmap:rmap_walk_"u8) >= 0 || IsPerfScript(line))
        {
            return (Messages.PerfScriptWithoutContext, Messages.PerfScriptWithoutContextAction);
        }

        // "%16s %7d %3d %d %08x %08lx [%08lx] %ld.%03ldms (+%ld.%03ldms): " of trace_print_lat_context with verbose.
        return line.IndexOf("ms (+"u8) > 0
            ? (Messages.TraceIsVerbose, Messages.TraceIsVerboseAction)
            : (Messages.TraceNotRecognized, Messages.TraceNotRecognizedAction);
    }

    // raw: "239 0 28552360761 type: 336"; hex: "000000ef 00000000 00000006a5d14141 type: 5"; raw for other events: "239 0 28551758145 # ffffffff...".
    private static bool IsRawOrHex(ReadOnlySpan<byte> line)
    {
        int numbers = 0;
        while (numbers < 3)
        {
            int space = line.IndexOf((byte)' ');
            if (space <= 0 || !Digits.TryHex(line[..space], out _))
            {
                return false;
            }

            line = line[(space + 1)..];
            numbers++;
        }

        return line.StartsWith("type: "u8) || line.StartsWith("# "u8);
    }

    // "comm  pid [cpu]  time:  group:event: ...": a blank before the thread's number where ftrace has a dash.
    private static bool IsPerfScript(ReadOnlySpan<byte> line)
    {
        int cpu = line.IndexOf(" ["u8);
        ReadOnlySpan<byte> before = cpu < 0 ? line : line[..cpu].TrimEnd((byte)' ');
        int word = before.LastIndexOf((byte)' ');
        return cpu > 0 && word > 0 && before[(word + 1)..].IndexOfAnyExcept(PidAndTid) < 0 && line.IndexOf(": "u8) > cpu;
    }
}
