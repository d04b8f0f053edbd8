using System.Diagnostics;

namespace KsmTools.Fuzz;

/// <summary>
/// Ends the process when one input takes too long: whoever hangs cannot say so. Time of a processor counts, as an input may wait long for one
/// where others are busy; who waits for something else, and uses none, has thirty times as long.
/// </summary>
internal sealed class Watchdog : IDisposable
{
    private readonly TimeSpan _limit;
    private readonly Action _tooLong;
    private readonly CancellationTokenSource _stop = new();
    private readonly Thread _thread;
    private long _started;

    public Watchdog(TimeSpan limit, Action tooLong)
    {
        _limit = limit;
        _tooLong = tooLong;
        _thread = new Thread(Watch) { IsBackground = true, Name = "watchdog" };
        _thread.Start();
    }

    /// <summary>An input begins now.</summary>
    public void Begin(long now) => Volatile.Write(ref _started, now);

    public void Dispose()
    {
        _stop.Cancel();
        _thread.Join();
        _stop.Dispose();
    }

    private void Watch()
    {
        long last = 0;
        TimeSpan usedBefore = TimeSpan.Zero;
        while (!_stop.Token.WaitHandle.WaitOne(_limit / 4))
        {
            long started = Volatile.Read(ref _started);
            TimeSpan used = Environment.CpuUsage.TotalTime;
            if (started != last)
            {
                last = started;
                usedBefore = used;
            }
            else if (started != 0 && (used - usedBefore > _limit || Stopwatch.GetElapsedTime(started) > 30 * _limit))
            {
                _tooLong();
                return;
            }
        }
    }
}
