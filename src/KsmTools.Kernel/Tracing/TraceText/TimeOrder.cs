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
    private int _steps;
    private int _back;

    /// <summary>Looks at the next records.</summary>
    /// <returns>Whether times are differences.</returns>
    public bool IsOfDifferences(ReadOnlySpan<TraceRecord> records)
    {
        for (int i = 0; i < records.Length && _steps <= Enough; i++)
        {
            _back += _steps > 0 && records[i].Timestamp < _last ? 1 : 0;
            _last = records[i].Timestamp;
            _steps++;
        }

        // Of differences every other one goes back; of traces that were put together one for each.
        return _back > 0 && _back * 3 >= _steps - 1;
    }
}
