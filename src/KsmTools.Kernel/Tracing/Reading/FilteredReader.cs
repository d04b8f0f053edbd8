using KsmTools.Errors;
using KsmTools.Records;

namespace KsmTools.Tracing.Reading;

/// <summary>Gives the records of a reader that a filter lets through, and all marks of lost events: nobody knows what was lost.</summary>
/// <param name="reader">The reader; disposed with this one.</param>
/// <param name="filter">The filter.</param>
/// <param name="ofWalks">Whether records are of walks, which only their starts tell all of; then only the thread is asked for, which both ends have.</param>
internal sealed class FilteredReader(ITraceReader reader, RecordFilter filter, bool ofWalks) : ITraceReader
{
    private readonly RecordTest _test = new(filter, reader.Symbols);
    private TraceRecord[] _records = [];

    public string Path => reader.Path;

    public TraceFormat Format => reader.Format;

    public string? Kernel => reader.Kernel;

    public SymbolTable Symbols => reader.Symbols;

    public long Position => reader.Position;

    public long? Length => reader.Length;

    public long OtherEvents => reader.OtherEvents;

    public long FilteredEvents { get; private set; }

    public long UnreadableEvents => reader.UnreadableEvents;

    public string? FirstUnreadableEvent => reader.FirstUnreadableEvent;

    public KsmToolsException? Failure => reader.Failure;

    public bool Read(out ReadOnlySpan<TraceRecord> records, CancellationToken cancellationToken)
    {
        if (!reader.Read(out records, cancellationToken))
        {
            return false;
        }

        int kept = 0;
        while (kept < records.Length && Has(records[kept]))
        {
            kept++;
        }

        if (kept < records.Length)
        {
            records = Kept(records, kept);
        }

        return true;
    }

    public void Dispose() => reader.Dispose();

    // The first so many are wanted, the next one is not.
    private ReadOnlySpan<TraceRecord> Kept(ReadOnlySpan<TraceRecord> records, int kept)
    {
        if (_records.Length < records.Length)
        {
            _records = new TraceRecord[records.Length];
        }

        records[..kept].CopyTo(_records);
        for (int i = kept + 1; i < records.Length; i++)
        {
            if (Has(records[i]))
            {
                _records[kept++] = records[i];
            }
        }

        FilteredEvents += records.Length - kept;
        return _records.AsSpan(0, kept);
    }

    private bool Has(in TraceRecord record) =>
        record.Kind == TraceRecordKind.Lost || (ofWalks ? _test.HasThread(record.ThreadId) : _test.Has(record));
}
