using System.Diagnostics;

namespace KsmTools.Fuzz;

/// <summary>Ends the process when one input takes too long: whoever hangs cannot say so.</summary>
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

    // Only an input that is seen twice counts: the machine may be busy with something else.
    private void Watch()
    {
        long last = 0;
        int seen = 0;
        while (!_stop.Token.WaitHandle.WaitOne(_limit / 4))
        {
            long started = Volatile.Read(ref _started);
            seen = started == last && started != 0 ? seen + 1 : 0;
            last = started;
            if (seen >= 4 && Stopwatch.GetElapsedTime(started) > _limit)
            {
                _tooLong();
                return;
            }
        }
    }
}
