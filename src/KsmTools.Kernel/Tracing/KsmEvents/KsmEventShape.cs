using KsmTools.Records;
using KsmTools.Tracing.Wanted;

namespace KsmTools.Tracing.KsmEvents;

/// <summary>
/// What is read of each of KSM's events: its name, and its fields in the order in which a record holds their numbers. The order is that of the kernel's text, with what
/// the text does not spell last.
/// </summary>
internal static class KsmEventShape
{
    /// <summary>The system that the events are of.</summary>
    public const string System = "ksm";

    // The places of numbers in a record.
    public const int Sequence = 0;
    public const int RmapItems = 1;
    public const int EnteredMm = 0;
    public const int Pfn = 0;
    public const int RmapItem = 1;
    public const int Mm = 2;
    public const int Error = 3;
    public const int KsmPage = 4;
    public const int ScanTime = 0;
    public const int PagesToScan = 1;
    public const int CpuPercent = 2;

    /// <summary>Stands in <see cref="KsmPage"/> where the text says that there is a KSM page but not where. No page is at this address.</summary>
    public const ulong UnknownAddress = 1;

    /// <summary>All of them, by their kinds.</summary>
    public static IReadOnlyList<WantedEvent> All { get; } =
    [
        Of(KsmEventKind.StartScan, "ksm_start_scan", "seq", "rmap_entries"),
        Of(KsmEventKind.StopScan, "ksm_stop_scan", "seq", "rmap_entries"),
        Of(KsmEventKind.Enter, "ksm_enter", "mm"),
        Of(KsmEventKind.Exit, "ksm_exit", "mm"),
        Of(KsmEventKind.MergeOnePage, "ksm_merge_one_page", "pfn", "rmap_item", "mm", "err"),
        Of(KsmEventKind.MergeWithKsmPage, "ksm_merge_with_ksm_page", "pfn", "rmap_item", "mm", "err", "ksm_page"),
        Of(KsmEventKind.RemoveKsmPage, "ksm_remove_ksm_page", "pfn"),
        Of(KsmEventKind.RemoveRmapItem, "ksm_remove_rmap_item", "pfn", "rmap_item", "mm"),
        Of(KsmEventKind.Advisor, "ksm_advisor", "scan_time", "pages_to_scan", "cpu_percent"),
    ];

    /// <summary>An event's name with its system, as a folder of <c>events</c>.</summary>
    public static string PathOf(KsmEventKind kind) => $"{System}/{All[(int)kind].Name}";

    /// <summary>The kind of an event's records.</summary>
    public static TraceRecordKind RecordKind(KsmEventKind kind) => TraceRecordKind.KsmStartScan + (byte)kind;

    /// <summary>The event of a kind of records.</summary>
    public static KsmEventKind KindOf(TraceRecordKind kind) => (KsmEventKind)(kind - TraceRecordKind.KsmStartScan);

    private static WantedEvent Of(KsmEventKind kind, string name, params string[] fields) =>
        new(RecordKind(kind), name, [.. fields.Select((field, place) => WantedField.Number(place, field))]);
}
