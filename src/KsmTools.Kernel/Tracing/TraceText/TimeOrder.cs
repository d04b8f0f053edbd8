using KsmTools.Records;

namespace KsmTools.Tracing.TraceText;

/// <summary>
/// Finds out whether times of perf script that begin at 0 are those since the event before (<c>--deltatime</c>) or since the first (<c>--reltime</c>). perf gives events in the order of
/// time, so that times that go back again and again are differences. The first ones tell.
/// </summary>
internal struct TimeOrder
{
    private const int Enough = 1000;

    private long _last;
    private int _times;
    private int _forth;
    private int _back;

    /// <summary>Looks at the next records.</summary>
    /// <returns>Whether times are differences.</returns>
    public bool IsOfDifferences(ReadOnlySpan<TraceRecord> records)
    {
        for (int i = 0; i < records.Length && _times <= Enough; i++)
        {
            long time = records[i].Timestamp;
            _back += _times > 0 && time < _last ? 1 : 0;
            _forth += _times > 0 && time > _last ? 1 : 0;
            _last = time;
            _times++;
        }

        // Differences go back as often as forth, and where events are close to each other, most are the same; traces that were put together go back once for each.
        return _back > 0 && _back * 2 >= _forth;
    }
}
