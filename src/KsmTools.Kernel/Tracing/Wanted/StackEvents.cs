using KsmTools.Records;

namespace KsmTools.Tracing.Wanted;

/// <summary>
/// Call chains, which ftrace records as an event of its own after the one whose they are (<c>kernel_stack</c>, kernel/trace/trace_entries.h), and prints as lines of their own:
/// <c>&lt;stack trace&gt;</c> and <c> =&gt; function</c> below it. Of perf they are a part of a sample.
/// </summary>
internal sealed class StackEvents : EventFamily
{
    /// <summary>The place of the chain's number of a <see cref="StackTable"/> among a record's numbers.</summary>
    public const int Number = 0;

    /// <summary>The place of the count of frames, until the chain has its number.</summary>
    public const int Count = 1;

    /// <inheritdoc/>
    public override IReadOnlyList<WantedEvent> Events { get; } =
        [new(TraceRecordKind.Stack, "kernel_stack", WantedField.Number(Count, "size"), WantedField.Of(FieldMeaning.Stack, "caller"))];

    /// <summary>Makes a record of who, where and when that of a chain.</summary>
    /// <param name="record">The record.</param>
    /// <param name="stacks">Numbers the chain.</param>
    /// <param name="frames">Its functions, the innermost first.</param>
    public static void Fill(ref TraceRecord record, StackTable stacks, ReadOnlySpan<int> frames)
    {
        record.Kind = TraceRecordKind.Stack;
        record.ClearValues();
        record.Set(Number, (ulong)stacks.Intern(frames));
    }

    /// <summary>Whether a line's event is the beginning of a chain.</summary>
    /// <param name="body">What stands behind the context.</param>
    public static bool IsHeader(ReadOnlySpan<byte> body) => body.StartsWith("<stack trace"u8);

    /// <inheritdoc/>
    public override LineKind ReadText(ReadOnlySpan<byte> name, ReadOnlySpan<byte> fields, SymbolCache functions, ref TraceRecord record) =>
        !name.SequenceEqual("kernel_stack"u8) ? LineKind.OtherEvent : IsHeader(fields) ? LineKind.Stack : LineKind.Unreadable;
}
