using KsmTools.Records;
using KsmTools.Rmap;

namespace KsmTools.Tracing.KsmEvents;

/// <summary>Makes an object of each record of one of KSM's events.</summary>
/// <param name="symbols">The table of the reader that gives the records.</param>
public sealed class KsmEventObjects(SymbolTable symbols)
{
    private readonly RecordObjects _names = new(symbols);
    private readonly Recordings _recordings = new();

    /// <summary>The files that the records are from, for the objects; empty where they are of a session.</summary>
    public IReadOnlyList<string> Paths { get; init; } = [];

    /// <summary>The event of a record.</summary>
    /// <param name="record">A record of one of KSM's events.</param>
    /// <param name="lost">What was lost right before it, by the marks that came since the last event.</param>
    public KsmEvent Event(in TraceRecord record, in LostBefore lost)
    {
        var kind = KsmEventShape.KindOf(record.Kind);
        bool isScan = kind is KsmEventKind.StartScan or KsmEventKind.StopScan;
        bool isMerge = kind is KsmEventKind.MergeOnePage or KsmEventKind.MergeWithKsmPage;
        bool hasItem = isMerge || kind == KsmEventKind.RemoveRmapItem;
        bool isAdvisor = kind == KsmEventKind.Advisor;
        ulong? ksmPage = kind == KsmEventKind.MergeWithKsmPage ? record[KsmEventShape.KsmPage] : null;
        return new KsmEvent
        {
            Kind = kind,
            TimestampNanoseconds = record.Timestamp,
            TimeUnit = record.TimeUnit,
            Cpu = record.Cpu,
            ThreadId = record.ThreadId,
            Command = _names.Command(record.Command),
            Sequence = isScan ? (int?)record.Signed(KsmEventShape.Sequence) : null,
            RmapItems = isScan ? record.Signed(KsmEventShape.RmapItems) : null,
            Pfn = hasItem || kind == KsmEventKind.RemoveKsmPage ? record[KsmEventShape.Pfn] : null,
            RmapItem = hasItem ? record[KsmEventShape.RmapItem] : null,
            Mm = hasItem ? record[KsmEventShape.Mm] : kind is KsmEventKind.Enter or KsmEventKind.Exit ? record[KsmEventShape.EnteredMm] : null,
            Error = isMerge ? (int?)record.Signed(KsmEventShape.Error) : null,
            KsmPage = ksmPage == KsmEventShape.UnknownAddress ? null : ksmPage,
            HasKsmPage = ksmPage is { } page ? page != 0 : null,
            ScanTimeSeconds = isAdvisor ? record.Signed(KsmEventShape.ScanTime) : null,
            PagesToScan = isAdvisor ? record.Signed(KsmEventShape.PagesToScan) : null,
            CpuPercent = isAdvisor ? record.Signed(KsmEventShape.CpuPercent) : null,
            LostEventsBefore = lost.Count,
            LostEventsBeforeIsLowerBound = lost.IsLowerBound,
            Path = record.PathIn(Paths),
            Recording = Paths.Count == 0 ? null : _recordings.Of(record, lost),
        };
    }

    /// <summary>The record of an event, with the numbers that scans are measured by.</summary>
    internal static TraceRecord Record(KsmEvent item)
    {
        ArgumentNullException.ThrowIfNull(item);
        var record = new TraceRecord
        {
            Kind = KsmEventShape.RecordKind(item.Kind),
            Timestamp = item.TimestampNanoseconds,
            TimeUnit = item.TimeUnit,
            Cpu = item.Cpu,
            ThreadId = item.ThreadId,
        };
        switch (item.Kind)
        {
            case KsmEventKind.StartScan or KsmEventKind.StopScan:
                Set(ref record, KsmEventShape.Sequence, item.Sequence);
                Set(ref record, KsmEventShape.RmapItems, item.RmapItems);
                break;
            case KsmEventKind.MergeOnePage or KsmEventKind.MergeWithKsmPage:
                Set(ref record, KsmEventShape.Error, item.Error);
                if (item.HasKsmPage is { } has)
                {
                    record.Set(KsmEventShape.KsmPage, has ? KsmEventShape.UnknownAddress : 0);
                }

                break;
        }

        return record;
    }

    private static void Set(ref TraceRecord record, int index, long? value)
    {
        if (value is { } number)
        {
            record.Set(index, (ulong)number);
        }
    }
}
