using KsmTools.Records;
using KsmTools.Rmap;
using KsmTools.Tracing.Wanted;

namespace KsmTools.Tracing.Walks;

/// <summary>
/// Reads the event of a line: its name, the probe's <c>(function+0x0/0x10)</c> or <c>(caller+0x1/0x2 &lt;- function)</c>, and <c>name=value</c>
/// fields of the native tracepoints, of probes, and of the trace option <c>fields</c>.
/// </summary>
internal static class WalkText
{
    /// <summary>Reads the fields of the start or the end of a walk, or of a whole one.</summary>
    /// <param name="kind">Which.</param>
    /// <param name="fields">What follows the event's name.</param>
    /// <param name="symbols">Takes names of functions.</param>
    /// <param name="record">Its kind and its numbers are filled in.</param>
    public static LineKind Read(TraceRecordKind kind, ReadOnlySpan<byte> fields, SymbolCache symbols, ref TraceRecord record)
    {
        record.Kind = kind;
        record.ClearValues();
        return TryProbe(ref fields, symbols, ref record) && TryFields(fields, ref record) ? LineKind.Event : LineKind.Unreadable;
    }

    /// <summary>Whether an event at the end of a file that has no newline there is whole: its last field is.</summary>
    public static bool EndsWhole(ReadOnlySpan<byte> line)
    {
        ReadOnlySpan<byte> last = line[(line.LastIndexOf((byte)' ') + 1)..];
        return last.StartsWith("locked="u8) ? last["locked=".Length..] is var value
                && (value.SequenceEqual("true"u8) || value.SequenceEqual("false"u8) || value.SequenceEqual("(0)"u8) || value.SequenceEqual("(1)"u8)
                || value.SequenceEqual("0"u8) || value.SequenceEqual("1"u8))
            : last.EndsWith(")"u8);
    }

    // The kernel prints "(function+0x0/0x310)" and "(caller+0xfb/0x110 <- function)"; trace-cmd prints bare addresses, the function's first:
    // "(ffffffffaaba71f0)" and "(ffffffffaaba71f0 <- ffffffffaabaa57f)".
    private static bool TryProbe(ref ReadOnlySpan<byte> body, SymbolCache symbols, ref TraceRecord record)
    {
        if (!body.StartsWith("("u8))
        {
            return true;
        }

        int close = body.IndexOf((byte)')');
        if (close < 0)
        {
            return false;
        }

        ReadOnlySpan<byte> inside = body[1..close];
        body = body[(close + 1)..].TrimStart((byte)' ');
        int arrow = inside.IndexOf(" <- "u8);
        if (arrow < 0)
        {
            record.Function = symbols.Intern(WithoutOffset(inside));
        }
        else
        {
            ReadOnlySpan<byte> left = inside[..arrow];
            ReadOnlySpan<byte> right = inside[(arrow + 4)..];
            bool addresses = Digits.TryHex(left, out _) && Digits.TryHex(right, out _);
            record.Function = symbols.Intern(WithoutOffset(addresses ? left : right));
            record.Caller = symbols.Intern(WithoutOffset(addresses ? right : left));
            inside = addresses ? left : right;
        }

        record.PageType = WalkFunctions.TypeOf(WithoutOffset(inside));
        return record.Function != 0;
    }

    private static bool TryFields(ReadOnlySpan<byte> fields, ref TraceRecord record)
    {
        bool hasFolio = false, hasRwc = false, hiddenFolio = false, hiddenRwc = false;
        long? duration = null;
        while (!fields.IsEmpty)
        {
            int space = fields.IndexOf((byte)' ');
            ReadOnlySpan<byte> field = space < 0 ? fields : fields[..space];
            fields = space < 0 ? default : fields[(space + 1)..];
            int equals = field.IndexOf((byte)'=');
            if (equals <= 0)
            {
                continue;
            }

            ReadOnlySpan<byte> name = field[..equals];
            ReadOnlySpan<byte> value = field[(equals + 1)..];
            bool good = true;
            if (name.SequenceEqual("folio"u8) || name.SequenceEqual("folio_addr"u8))
            {
                good = TryAddress(value, out ulong folio, out hiddenFolio);
                record.Folio = folio;
                hasFolio = true;
            }
            else if (name.SequenceEqual("rwc"u8) || name.SequenceEqual("rwc_addr"u8))
            {
                good = TryAddress(value, out ulong rwc, out hiddenRwc);
                record.Rwc = rwc;
                hasRwc = true;
            }
            else if (name.SequenceEqual("page_type"u8))
            {
                good = TryPageType(value, ref record);
            }
            else if (name.SequenceEqual("locked"u8))
            {
                good = TryLocked(value, ref record);
            }
            else if (name.SequenceEqual("duration_ns"u8) && record.Kind == TraceRecordKind.Walk)
            {
                good = TryDuration(value, out long nanoseconds);
                duration = nanoseconds;
            }

            if (!good)
            {
                return false;
            }
        }

        if (hasFolio != hasRwc)
        {
            return false;
        }

        record.HasAddresses = hasFolio && !hiddenFolio && !hiddenRwc;

        if (record.Kind == TraceRecordKind.Walk)
        {
            record.Set(WholeWalk.Duration, (ulong)(duration ?? 0));
            return duration is not null;
        }

        // Without any field this is a return probe that sees none; a start, or an end without even a function, says nothing at all.
        return hasFolio || (record.Kind == TraceRecordKind.End && record.Function != 0);
    }

    // "%p" before the kernel has random numbers to hash with: (____ptrval____), and (ptrval) in older kernels.
    private static bool TryAddress(ReadOnlySpan<byte> value, out ulong address, out bool hidden)
    {
        hidden = value.StartsWith("("u8) && value.EndsWith(")"u8) && value.IndexOf("ptrval"u8) >= 0;
        address = 0;
        return hidden || Digits.TryHex(value, out address);
    }

    // A probe that reads folio->mapping's low bits has 3 for KSM, 1 for anon, 0 for file (include/linux/page-flags.h).
    private static bool TryPageType(ReadOnlySpan<byte> value, ref TraceRecord record)
    {
        value = value.Trim((byte)'"');
        if (value.SequenceEqual("anon"u8) || value.SequenceEqual("1"u8) || value.SequenceEqual("0x1"u8))
        {
            record.PageType = RmapPageType.Anon;
        }
        else if (value.SequenceEqual("file"u8) || value.SequenceEqual("0"u8) || value.SequenceEqual("0x0"u8))
        {
            record.PageType = RmapPageType.File;
        }
        else if (value.SequenceEqual("ksm"u8) || value.SequenceEqual("3"u8) || value.SequenceEqual("0x3"u8))
        {
            record.PageType = RmapPageType.Ksm;
        }

        return !value.IsEmpty;
    }

    // A number, or 0x2a (42) with the trace option fields.
    private static bool TryDuration(ReadOnlySpan<byte> value, out long nanoseconds)
    {
        if (!value.StartsWith("0x"u8))
        {
            return Digits.TryDecimal(value, out nanoseconds);
        }

        bool isNumber = Digits.TryHex(value, out ulong number) && number <= long.MaxValue;
        nanoseconds = (long)number;
        return isNumber;
    }

    private static bool TryLocked(ReadOnlySpan<byte> value, ref TraceRecord record)
    {
        value = value.TrimStart((byte)'(').TrimEnd((byte)')');
        if (value.SequenceEqual("false"u8) || value.SequenceEqual("0"u8) || value.SequenceEqual("0x0"u8))
        {
            record.Locked = false;
            return true;
        }

        if (value.SequenceEqual("true"u8) || value.SequenceEqual("1"u8) || value.SequenceEqual("0x1"u8))
        {
            record.Locked = true;
            return true;
        }

        return false;
    }

    private static ReadOnlySpan<byte> WithoutOffset(ReadOnlySpan<byte> symbol)
    {
        int plus = symbol.IndexOf((byte)'+');
        return plus < 0 ? symbol : symbol[..plus];
    }
}
