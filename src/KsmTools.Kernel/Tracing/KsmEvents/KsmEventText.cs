using KsmTools.Records;
using KsmTools.Tracing.Wanted;

namespace KsmTools.Tracing.KsmEvents;

/// <summary>
/// Reads KSM's events as tracefs prints them: numbers behind words, which the event's own format defines (include/trace/events/ksm.h), or <c>field=0x1 (1)</c> with
/// the trace option <c>fields</c>.
/// </summary>
internal static class KsmEventText
{
    private const int AddressDigits = 16;

    /// <summary>Reads the numbers of an event.</summary>
    /// <param name="wanted">Which event, and the fields of it.</param>
    /// <param name="text">What follows the event's name.</param>
    /// <param name="record">Its kind and its numbers are filled in.</param>
    public static LineKind Read(WantedEvent wanted, ReadOnlySpan<byte> text, ref TraceRecord record)
    {
        record.Kind = wanted.Kind;
        record.ClearValues();
        text = text.TrimEnd((byte)' ');
        return (text.IndexOf((byte)'=') >= 0 ? TryFields(text, wanted, ref record) : TryWords(wanted.Kind, text, ref record)) ? LineKind.Event : LineKind.Unreadable;
    }

    /// <summary>Whether an event at the end of a file that has no newline there is whole: its last word is an address with all its digits, or a number that no digit can follow.</summary>
    public static bool EndsWhole(ReadOnlySpan<byte> line)
    {
        ReadOnlySpan<byte> last = line[(line.LastIndexOf((byte)' ') + 1)..];
        return last.EndsWith(")"u8) || last.SequenceEqual("0"u8) || (last.Length == AddressDigits && Digits.TryHex(last, out _));
    }

    private static bool TryWords(TraceRecordKind kind, ReadOnlySpan<byte> text, ref TraceRecord record)
    {
        switch (kind)
        {
            case TraceRecordKind.KsmStartScan or TraceRecordKind.KsmStopScan:
                // The number of items is unsigned, and printed as if it were signed.
                return TryNumber(ref text, "seq "u8, KsmEventShape.Sequence, ref record, int.MinValue, int.MaxValue)
                    && TryNumber(ref text, "rmap size "u8, KsmEventShape.RmapItems, ref record, int.MinValue, uint.MaxValue) && text.IsEmpty;
            case TraceRecordKind.KsmEnter or TraceRecordKind.KsmExit:
                return TryAddress(ref text, "mm "u8, KsmEventShape.EnteredMm, ref record) && text.IsEmpty;
            case TraceRecordKind.KsmMergeOnePage:
                return TrySkip(ref text, "ksm "u8) && TryPage(ref text, ref record) && TryItem(ref text, ref record)
                    && TryNumber(ref text, "error "u8, KsmEventShape.Error, ref record, int.MinValue, int.MaxValue) && text.IsEmpty;
            case TraceRecordKind.KsmMergeWithKsmPage:
                record.Set(KsmEventShape.KsmPage, TrySkip(ref text, "ksm "u8) ? KsmEventShape.UnknownAddress : 0);
                return TryPage(ref text, ref record) && TryItem(ref text, ref record)
                    && TryNumber(ref text, "error "u8, KsmEventShape.Error, ref record, int.MinValue, int.MaxValue) && text.IsEmpty;
            case TraceRecordKind.KsmRemoveKsmPage:
                return TryPage(ref text, ref record) && text.IsEmpty;
            case TraceRecordKind.KsmRemoveRmapItem:
                return TryPage(ref text, ref record) && TryItem(ref text, ref record) && text.IsEmpty;
            default:
                return TryNumber(ref text, "ksm scan time "u8, KsmEventShape.ScanTime, ref record)
                    && TryNumber(ref text, "pages_to_scan "u8, KsmEventShape.PagesToScan, ref record)
                    && (text.IsEmpty || (TryNumber(ref text, "cpu percent "u8, KsmEventShape.CpuPercent, ref record) && text.IsEmpty));
        }
    }

    private static bool TryPage(ref ReadOnlySpan<byte> text, ref TraceRecord record) => TryNumber(ref text, "pfn "u8, KsmEventShape.Pfn, ref record);

    private static bool TryItem(ref ReadOnlySpan<byte> text, ref TraceRecord record) =>
        TryAddress(ref text, "rmap_item "u8, KsmEventShape.RmapItem, ref record) && TryAddress(ref text, "mm "u8, KsmEventShape.Mm, ref record);

    private static bool TryNumber(ref ReadOnlySpan<byte> text, ReadOnlySpan<byte> label, int index, ref TraceRecord record, long minimum = long.MinValue, long maximum = long.MaxValue)
    {
        if (!TrySkip(ref text, label))
        {
            return false;
        }

        ReadOnlySpan<byte> word = Word(ref text);
        bool isNegative = word.StartsWith("-"u8);
        if (!Digits.TryDecimal(isNegative ? word[1..] : word, out long value))
        {
            return false;
        }

        value = isNegative ? -value : value;
        record.Set(index, maximum == uint.MaxValue ? (uint)value : (ulong)value);
        return value >= minimum && value <= maximum;
    }

    // "%p" of nothing is (null); before the kernel has random numbers to hash with, (____ptrval____).
    private static bool TryAddress(ref ReadOnlySpan<byte> text, ReadOnlySpan<byte> label, int index, ref TraceRecord record)
    {
        if (!TrySkip(ref text, label))
        {
            return false;
        }

        ReadOnlySpan<byte> word = Word(ref text);
        if (word.StartsWith("("u8) && word.EndsWith(")"u8))
        {
            if (word.SequenceEqual("(null)"u8))
            {
                record.Set(index, 0);
            }

            return true;
        }

        if (!Digits.TryHex(word, out ulong address))
        {
            return false;
        }

        record.Set(index, address);
        return true;
    }

    // print_fields of kernel/trace/trace_output.c: "seq=0x1 (1) rmap_entries=0x258 (600)".
    private static bool TryFields(ReadOnlySpan<byte> text, WantedEvent wanted, ref TraceRecord record)
    {
        int found = 0;
        while (!text.IsEmpty)
        {
            ReadOnlySpan<byte> word = Word(ref text);
            int equals = word.IndexOf((byte)'=');
            if (equals < 0 || !TryFind(wanted.Fields, word[..equals], out WantedField field))
            {
                continue;
            }

            if (!TryValue(word[(equals + 1)..], out ulong value))
            {
                return false;
            }

            // The two that are an int.
            record.Set(field.Index, word.StartsWith("seq="u8) || word.StartsWith("err="u8) ? (ulong)(int)(uint)value : value);
            found++;
        }

        return found > 0;
    }

    // The kernel writes 0x258 (600), trace-cmd report -R writes 600, -14 and 0xffff888000148fc0.
    private static bool TryValue(ReadOnlySpan<byte> text, out ulong value)
    {
        if (text.StartsWith("0x"u8))
        {
            return Digits.TryHex(text, out value);
        }

        bool isNegative = text.StartsWith("-"u8);
        bool isNumber = Digits.TryDecimal(isNegative ? text[1..] : text, out long number);
        value = (ulong)(isNegative ? -number : number);
        return isNumber;
    }

    private static bool TryFind(WantedField[] fields, ReadOnlySpan<byte> name, out WantedField found)
    {
        foreach (WantedField field in fields)
        {
            if (System.Text.Ascii.Equals(name, field.Names[0]))
            {
                found = field;
                return true;
            }
        }

        found = default;
        return false;
    }

    private static bool TrySkip(ref ReadOnlySpan<byte> text, ReadOnlySpan<byte> label)
    {
        if (!text.StartsWith(label))
        {
            return false;
        }

        text = text[label.Length..];
        return true;
    }

    private static ReadOnlySpan<byte> Word(ref ReadOnlySpan<byte> text)
    {
        int space = text.IndexOf((byte)' ');
        ReadOnlySpan<byte> word = space < 0 ? text : text[..space];
        text = space < 0 ? default : text[(space + 1)..].TrimStart((byte)' ');
        return word;
    }
}
