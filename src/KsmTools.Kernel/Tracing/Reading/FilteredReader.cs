using KsmTools.Records;

namespace KsmTools.Tracing.Reading;

/// <summary>Gives the records of a reader that a filter lets through, and all marks of lost events: nobody knows what was lost.</summary>
/// <param name="reader">The reader; disposed with this one.</param>
/// <param name="filter">The filter.</param>
/// <param name="ofWalks">Whether records are of walks, which only their starts tell all of; then only the thread is asked for, which both ends have.</param>
internal sealed class FilteredReader(ITraceReader reader, RecordFilter filter, bool ofWalks) : WrappedReader(reader)
{
    private readonly ITraceReader _reader = reader;
    private readonly RecordTest _test = new(filter, reader.Symbols);
    private TraceRecord[] _records = [];
    private long _filtered;

    public override long FilteredEvents => _filtered;

    public override bool Read(out ReadOnlySpan<TraceRecord> records, CancellationToken cancellationToken)
    {
        if (!_reader.Read(out records, cancellationToken))
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

        _filtered += records.Length - kept;
        return _records.AsSpan(0, kept);
    }

    private bool Has(in TraceRecord record) =>
        record.Kind == TraceRecordKind.Lost || (ofWalks ? _test.HasThread(record.ThreadId) : _test.Has(record));
}
