using KsmTools.Records;
using KsmTools.Tracing.Wanted;

namespace KsmTools.Tracing.Contention;

/// <summary>
/// That a thread waits for a lock (include/trace/events/lock.h): <c>contention_begin: 00000000d1f9d96e (flags=SPIN|READ)</c>, <c>contention_end: 00000000d1f9d96e (ret=0)</c>.
/// </summary>
internal sealed class ContentionEvents : EventFamily
{
    /// <summary>The place of the lock's address among a record's numbers.</summary>
    public const int Lock = 0;

    /// <summary>The place of the flags of a begin (<see cref="LockFlags"/>).</summary>
    public const int Flags = 1;

    /// <summary>The place of an end's result: 0, or a negative error of a wait that was given up.</summary>
    public const int Result = 1;

    // The words for the flags, from the lowest bit on.
    private static readonly byte[][] Words = [[.. "SPIN"u8], [.. "READ"u8], [.. "WRITE"u8], [.. "RT"u8], [.. "PERCPU"u8], [.. "MUTEX"u8]];

    /// <summary>They and their call chains.</summary>
    public static WantedEvents Wanted { get; } = new(new ContentionEvents(), new StackEvents());

    /// <inheritdoc/>
    public override IReadOnlyList<WantedEvent> Events { get; } =
    [
        new(TraceRecordKind.ContentionBegin, "contention_begin", WantedField.Number(Lock, "lock_addr"), WantedField.Number(Flags, "flags")),
        new(TraceRecordKind.ContentionEnd, "contention_end", WantedField.Number(Lock, "lock_addr"), WantedField.Number(Result, "ret")),
    ];

    /// <inheritdoc/>
    public override LineKind ReadText(ReadOnlySpan<byte> name, ReadOnlySpan<byte> fields, SymbolCache functions, ref TraceRecord record)
    {
        bool isBegin = name.SequenceEqual("contention_begin"u8);
        if (!isBegin && !name.SequenceEqual("contention_end"u8))
        {
            return LineKind.OtherEvent;
        }

        record.Kind = isBegin ? TraceRecordKind.ContentionBegin : TraceRecordKind.ContentionEnd;
        record.ClearValues();
        if (fields.StartsWith("lock_addr="u8))
        {
            return TryFields(fields["lock_addr="u8.Length..], isBegin ? " flags="u8 : " ret="u8, ref record) ? LineKind.Event : LineKind.Unreadable;
        }

        int end = fields.IndexOf((byte)' ');
        if (end < 0 || !Digits.TryHex(fields[..end], out ulong address))
        {
            return LineKind.Unreadable;
        }

        record.Set(Lock, address);
        ReadOnlySpan<byte> rest = fields[(end + 1)..].TrimEnd((byte)' ');
        ReadOnlySpan<byte> word = isBegin ? "(flags="u8 : "(ret="u8;
        if (!rest.StartsWith(word) || !rest.EndsWith(")"u8))
        {
            return LineKind.Unreadable;
        }

        rest = rest[word.Length..^1];
        return (isBegin ? TryFlags(rest, ref record) : TryResult(rest, ref record)) ? LineKind.Event : LineKind.Unreadable;
    }

    /// <inheritdoc/>
    public override bool EndsWhole(ReadOnlySpan<byte> line) => line.EndsWith(")"u8);

    // The trace option fields: "lock_addr=0xffff88813e79bf38 (-131386…) flags=0x2 (2)"; a result has 32 bits.
    private static bool TryFields(ReadOnlySpan<byte> text, ReadOnlySpan<byte> second, ref TraceRecord record)
    {
        int end = text.IndexOf(second);
        if (end < 0 || !Digits.TryHex(FirstWord(text[..end]), out ulong address) || !Digits.TryHex(FirstWord(text[(end + second.Length)..]), out ulong number))
        {
            return false;
        }

        record.Set(Lock, address);
        record.Set(record.Kind == TraceRecordKind.ContentionBegin ? Flags : Result, (ulong)(int)(uint)number);
        return true;
    }

    private static ReadOnlySpan<byte> FirstWord(ReadOnlySpan<byte> text) => text.IndexOf((byte)' ') is var blank and >= 0 ? text[..blank] : text;

    // "SPIN|READ", and bits without a word behind them as a hexadecimal number; nothing where no bit is set.
    private static bool TryFlags(ReadOnlySpan<byte> text, ref TraceRecord record)
    {
        ulong flags = 0;
        foreach (Range range in text.Split((byte)'|'))
        {
            ReadOnlySpan<byte> word = text[range];
            int bit = 0;
            while (bit < Words.Length && !word.SequenceEqual(Words[bit]))
            {
                bit++;
            }

            ulong others = 0;
            if (bit == Words.Length && !word.IsEmpty && !(word.StartsWith("0x"u8) && Digits.TryHex(word, out others)))
            {
                return false;
            }

            flags |= bit < Words.Length ? 1UL << bit : others;
        }

        record.Set(Flags, flags);
        return true;
    }

    private static bool TryResult(ReadOnlySpan<byte> text, ref TraceRecord record)
    {
        bool isNegative = text.StartsWith("-"u8);
        if (!Digits.TryDecimal(isNegative ? text[1..] : text, out long value) || value > int.MaxValue)
        {
            return false;
        }

        record.Set(Result, (ulong)(isNegative ? -value : value));
        return true;
    }
}
