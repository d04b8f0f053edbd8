using KsmTools.Records;

namespace KsmTools.Tracing.TraceText;

/// <summary>
/// Finds out whether times of perf script are those since the event before (<c>--deltatime</c>). perf gives events in the order of time, so that times that go back again and again are
/// differences. The first ones tell.
/// </summary>
internal struct TimeOrder
{
    private const int Enough = 1000;
    private const int Often = 8;

    private Int128 _sum;
    private Int128 _steps;
    private long _last;
    private int _times;
    private int _forth;
    private int _back;

    /// <summary>Looks at the next records.</summary>
    /// <param name="records">The records.</param>
    /// <param name="mayBeginAtZero">Whether the first time is 0, as that of differences is, and that of times since the first (<c>--reltime</c>); or may be.</param>
    /// <returns>Whether times are differences.</returns>
    public bool IsOfDifferences(ReadOnlySpan<TraceRecord> records, bool mayBeginAtZero)
    {
        for (int i = 0; i < records.Length && _times <= Enough; i++)
        {
            if (records[i].Kind == TraceRecordKind.Lost)
            {
                continue;
            }

            long time = records[i].Timestamp;
            long step = _times == 0 ? 0 : time - _last;
            _back += step < 0 ? 1 : 0;
            _forth += step > 0 ? 1 : 0;
            _steps += Int128.Abs(step);
            _sum += time;
            _last = time;
            _times++;
        }

        // Differences go back as often as forth, and where events are close to each other, most are the same; traces that were put together go back once for each. Where the first one
        // is not there, differences are as large as the steps between them, and times since a machine's start are larger by far, but for a few traces of several machines.
        return _back > 0 && _back * 2 >= _forth && (mayBeginAtZero || (_back >= Often && _steps * 10 >= _sum));
    }
}
