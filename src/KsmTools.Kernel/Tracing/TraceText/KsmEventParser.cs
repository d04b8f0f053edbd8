using KsmTools.Tracing.EventFormats;
using KsmTools.Tracing.KsmEvents;
using KsmTools.Tracing.RingBuffer;

namespace KsmTools.Tracing.TraceText;

/// <summary>Reads what stands behind the context of a line, if it is one of KSM's events.</summary>
/// <param name="body">The rest of the line.</param>
/// <param name="record">Its kind and its numbers are filled in.</param>
/// <returns><see cref="LineKind.Event"/>, <see cref="LineKind.OtherEvent"/> or <see cref="LineKind.Unreadable"/>.</returns>
internal delegate LineKind EventBodyParser(ReadOnlySpan<byte> body, ref EventRecord record);

/// <summary>
/// Reads KSM's events as tracefs prints them: numbers behind words, which the event's own format defines (include/trace/events/ksm.h), or <c>field=0x1 (1)</c> with
/// the trace option <c>fields</c>.
/// </summary>
internal static class KsmEventParser
{
    private static readonly byte[][] Names = [.. KsmEventShape.All.Select(item => System.Text.Encoding.ASCII.GetBytes(item.Name[Prefix.Length..]))];

    private static ReadOnlySpan<byte> Prefix => "ksm_"u8;

    /// <inheritdoc cref="EventBodyParser"/>
    public static LineKind Parse(ReadOnlySpan<byte> body, ref EventRecord record)
    {
        int colon = body.IndexOf((byte)':');
        if (colon < 0 || !body.StartsWith(Prefix))
        {
            return LineKind.OtherEvent;
        }

        ReadOnlySpan<byte> name = body[Prefix.Length..colon];
        for (int kind = 0; kind < Names.Length; kind++)
        {
            if (name.SequenceEqual(Names[kind]))
            {
                record.Kind = kind;
                record.ClearValues();
                ReadOnlySpan<byte> text = body[(colon + 1)..].Trim((byte)' ');
                bool good = text.IndexOf((byte)'=') >= 0 ? TryFields(text, KsmEventShape.All[kind], ref record) : TryWords((KsmEventKind)kind, text, ref record);
                return good ? LineKind.Event : LineKind.Unreadable;
            }
        }

        return LineKind.OtherEvent;
    }

    private static bool TryWords(KsmEventKind kind, ReadOnlySpan<byte> text, ref EventRecord record)
    {
        switch (kind)
        {
            case KsmEventKind.StartScan or KsmEventKind.StopScan:
                // The number of items is unsigned, and printed as if it were signed.
                return TryNumber(ref text, "seq "u8, KsmEventShape.Sequence, ref record)
                    && TryNumber(ref text, "rmap size "u8, KsmEventShape.RmapItems, ref record, isUnsigned: true) && text.IsEmpty;
            case KsmEventKind.Enter or KsmEventKind.Exit:
                return TryAddress(ref text, "mm "u8, KsmEventShape.EnteredMm, ref record) && text.IsEmpty;
            case KsmEventKind.MergeOnePage:
                return TrySkip(ref text, "ksm "u8) && TryPage(ref text, ref record) && TryItem(ref text, ref record)
                    && TryNumber(ref text, "error "u8, KsmEventShape.Error, ref record) && text.IsEmpty;
            case KsmEventKind.MergeWithKsmPage:
                record.Set(KsmEventShape.KsmPage, TrySkip(ref text, "ksm "u8) ? KsmEventShape.UnknownAddress : 0);
                return TryPage(ref text, ref record) && TryItem(ref text, ref record)
                    && TryNumber(ref text, "error "u8, KsmEventShape.Error, ref record) && text.IsEmpty;
            case KsmEventKind.RemoveKsmPage:
                return TryPage(ref text, ref record) && text.IsEmpty;
            case KsmEventKind.RemoveRmapItem:
                return TryPage(ref text, ref record) && TryItem(ref text, ref record) && text.IsEmpty;
            default:
                return TryNumber(ref text, "ksm scan time "u8, KsmEventShape.ScanTime, ref record)
                    && TryNumber(ref text, "pages_to_scan "u8, KsmEventShape.PagesToScan, ref record)
                    && (text.IsEmpty || (TryNumber(ref text, "cpu percent "u8, KsmEventShape.CpuPercent, ref record) && text.IsEmpty));
        }
    }

    private static bool TryPage(ref ReadOnlySpan<byte> text, ref EventRecord record) => TryNumber(ref text, "pfn "u8, KsmEventShape.Pfn, ref record);

    private static bool TryItem(ref ReadOnlySpan<byte> text, ref EventRecord record) =>
        TryAddress(ref text, "rmap_item "u8, KsmEventShape.RmapItem, ref record) && TryAddress(ref text, "mm "u8, KsmEventShape.Mm, ref record);

    private static bool TryNumber(ref ReadOnlySpan<byte> text, ReadOnlySpan<byte> label, int index, ref EventRecord record, bool isUnsigned = false)
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
        record.Set(index, isUnsigned ? (uint)value : (ulong)value);
        return true;
    }

    // "%p" of nothing is (null); before the kernel has random numbers to hash with, (____ptrval____).
    private static bool TryAddress(ref ReadOnlySpan<byte> text, ReadOnlySpan<byte> label, int index, ref EventRecord record)
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
    private static bool TryFields(ReadOnlySpan<byte> text, WantedEvent wanted, ref EventRecord record)
    {
        int found = 0;
        while (!text.IsEmpty)
        {
            ReadOnlySpan<byte> word = Word(ref text);
            int equals = word.IndexOf((byte)'=');
            int index = equals < 0 ? -1 : IndexOf(wanted.Fields, word[..equals]);
            if (index < 0)
            {
                continue;
            }

            if (!Digits.TryHex(word[(equals + 1)..], out ulong value))
            {
                return false;
            }

            // The two that are an int.
            record.Set(index, wanted.Fields[index] is "seq" or "err" ? (ulong)(int)(uint)value : value);
            found++;
        }

        return found > 0;
    }

    private static int IndexOf(string[] names, ReadOnlySpan<byte> name)
    {
        for (int i = 0; i < names.Length; i++)
        {
            if (System.Text.Ascii.Equals(name, names[i]))
            {
                return i;
            }
        }

        return -1;
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
