using KsmTools.Rmap;

namespace KsmTools.Tracing.EventFormats;

/// <summary>
/// Where an rmap event's record has what an <see cref="RmapRecord"/> holds, worked out once from the event's own format: the native
/// tracepoints name their fields <c>folio_addr</c> and <c>rwc_addr</c>, probes <c>folio</c> and <c>rwc</c>, and probes add the addresses of the
/// probed function and of its caller.
/// </summary>
internal sealed class RmapLayout : RecordLayout
{
    private RmapLayout(EventFormat format, RmapRecordKind kind)
        : base(format)
    {
        Kind = kind;
        Flags = NumberField.Of(format.Find("common_flags"));
        PreemptCount = NumberField.Of(format.Find("common_preempt_count"));
        ThreadId = NumberField.Of(format.Find("common_pid"));
        Folio = NumberField.Of(format.Find("folio_addr", "folio"));
        Rwc = NumberField.Of(format.Find("rwc_addr", "rwc"));
        Locked = NumberField.Of(format.Find("locked"));

        // kernel/trace/trace_probe.h: an entry has FIELD_STRING_IP, a return FIELD_STRING_FUNC and FIELD_STRING_RETIP.
        Function = NumberField.Of(format.Find("__probe_ip", "__probe_func"));
        Caller = NumberField.Of(format.Find("__probe_ret_ip"));
        if (format.Find("page_type") is { } type)
        {
            PageTypeKind = type.Kind;
            PageType = type.Kind == EventFieldKind.Fixed ? NumberField.Of(type) : new NumberField(type.Offset, 4);
        }

        MinimumLength = Math.Max(
            Math.Max(Math.Max(Flags.End, PreemptCount.End), Math.Max(ThreadId.End, Folio.End)),
            Math.Max(Math.Max(Rwc.End, Locked.End), Math.Max(Math.Max(Function.End, Caller.End), PageType.End)));
        HasAddresses = Folio.Exists && Rwc.Exists;

        IsUsual = NumberField.Of(format.Find("common_type")) == new NumberField(0, 2)
            && (Flags, PreemptCount, ThreadId) == (new NumberField(2, 1), new NumberField(3, 1), new NumberField(4, 4))
            && (Folio.Size, Rwc.Size, Locked.Size) == (8, 8, 1) && !Function.Exists;

        // An end may have no addresses, as a return probe before Linux 6.9 has none; then at least its function must be there.
        IsUsable = ThreadId.Exists && (HasAddresses || (kind == RmapRecordKind.End && Function.Exists && !Folio.Exists && !Rwc.Exists));
    }

    public RmapRecordKind Kind { get; }

    public bool HasAddresses { get; }

    /// <summary>
    /// Whether it is laid out as the native tracepoints of a 64-bit kernel are, so that nothing need be asked per number: the event's number, its flags and
    /// its thread are the first eight bytes.
    /// </summary>
    public bool IsUsual { get; }

    public NumberField Flags { get; }

    public NumberField PreemptCount { get; }

    public NumberField ThreadId { get; }

    public NumberField Folio { get; }

    public NumberField Rwc { get; }

    public NumberField PageType { get; }

    public EventFieldKind PageTypeKind { get; }

    public NumberField Locked { get; }

    public NumberField Function { get; }

    public NumberField Caller { get; }

    /// <summary>The layout of an rmap event; null for any other event.</summary>
    public static RmapLayout? Of(EventFormat format) => format.Name switch
    {
        "rmap_walk_start" => new RmapLayout(format, RmapRecordKind.Start),
        "rmap_walk_end" => new RmapLayout(format, RmapRecordKind.End),
        _ => null,
    };

    /// <summary>Whether a format file is of an rmap event, by its name alone.</summary>
    public static bool IsRmap(ReadOnlySpan<byte> text) =>
        EventFormat.NameOf(text) is var name && (name.SequenceEqual("rmap_walk_start"u8) || name.SequenceEqual("rmap_walk_end"u8));
}
