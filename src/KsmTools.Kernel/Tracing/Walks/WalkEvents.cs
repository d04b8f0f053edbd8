using KsmTools.Records;
using KsmTools.Tracing.Wanted;

namespace KsmTools.Tracing.Walks;

/// <summary>
/// The start and the end of a walk. The native tracepoints name their fields <c>folio_addr</c> and <c>rwc_addr</c>, probes <c>folio</c> and <c>rwc</c>, and
/// probes add the addresses of the probed function and of its caller. An earlier version of the tracepoints had one event at a walk's end, with its duration.
/// </summary>
internal sealed class WalkEvents : EventFamily
{
    private static readonly WantedField Folio = WantedField.Number(0, "folio_addr", "folio");
    private static readonly WantedField Rwc = WantedField.Number(1, "rwc_addr", "rwc");

    // kernel/trace/trace_probe.h: an entry has FIELD_STRING_IP, a return FIELD_STRING_FUNC and FIELD_STRING_RETIP.
    private static readonly WantedField Function = WantedField.Of(FieldMeaning.Function, "__probe_ip", "__probe_func");

    private static readonly WantedField PageType = WantedField.Of(FieldMeaning.PageType, "page_type");
    private static readonly WantedField Locked = WantedField.Of(FieldMeaning.Locked, "locked");
    private static readonly WantedField Duration = WantedField.Number(WholeWalk.Duration, "duration_ns");

    private static readonly WantedField[] Fields =
    [
        Folio,
        Rwc,
        PageType,
        Locked,
        Function,
        WantedField.Of(FieldMeaning.Caller, "__probe_ret_ip"),
    ];

    /// <inheritdoc/>
    public override IReadOnlyList<WantedEvent> Events { get; } =
    [
        new WantedEvent(TraceRecordKind.Start, "rmap_walk_start", Fields) { Suffices = has => has(Folio) && has(Rwc) },

        // An end may have no addresses, as a return probe before Linux 6.9 has none; then at least its function must be there.
        new WantedEvent(TraceRecordKind.End, "rmap_walk_end", Fields) { Suffices = has => has(Folio) ? has(Rwc) : !has(Rwc) && has(Function) },
        new WantedEvent(TraceRecordKind.Walk, WholeWalk.Name, Folio, Rwc, PageType, Locked, Duration) { Suffices = has => has(Duration) },
    ];

    /// <inheritdoc/>
    public override LineKind ReadText(ReadOnlySpan<byte> name, ReadOnlySpan<byte> fields, SymbolCache functions, ref TraceRecord record) =>
        name.SequenceEqual("rmap_walk_start"u8) ? WalkText.Read(TraceRecordKind.Start, fields, functions, ref record)
        : name.SequenceEqual("rmap_walk_end"u8) ? WalkText.Read(TraceRecordKind.End, fields, functions, ref record)
        : name.SequenceEqual("rmap_walk"u8) && WholeWalk.IsIn(fields) ? WalkText.Read(TraceRecordKind.Walk, fields, functions, ref record)
        : LineKind.OtherEvent;

    /// <inheritdoc/>
    public override bool EndsWhole(ReadOnlySpan<byte> line) => WalkText.EndsWhole(line);
}
